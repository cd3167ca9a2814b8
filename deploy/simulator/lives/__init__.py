"""What units do in a simulated campaign: one file for each subject, each a *life* that sleeps, tells, and begins others. See `deploy.simulator.simulate`."""
