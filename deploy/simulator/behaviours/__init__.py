"""What units do in a simulated campaign: one file for each subject, each a *behaviour* that sleeps, tells, and begins others. See `deploy.simulator.stream`."""
