"""Every event that crosses a boundary: a fact in the past tense, named as the bureaus name it.

A *told* fact is what somebody says happened; a *recorded* one is what stands in a book. `shared.events.catalogue` lists them all, and `docs/events.md` is
made from it. A new optional field needs no new version; any other change gets a class of its own, `…V2`, and an upcast.
"""
