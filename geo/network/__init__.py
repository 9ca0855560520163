"""The streets as a network: how far it is on foot or by car, along the streets themselves.

Nothing of it is stored. A network is made of the streets shown today, around the places asked about, each time: all of
Nantes-centre takes 60 ms (docs/adr/0032-walking.md). So it is that of the active releases, and goes with them. That of
the doors of a whole town is kept in the process for as long (`geo.kept`).

- `noding` cuts lines where they meet; `graph` makes them a `Network` and places things on it (`Stops`).
- `walking` tells distances on foot, `zones` what can be reached, `driving` the way by car: plain functions over arrays.
- `loading` reads streets and doors; others ask `geo.walks`, `geo.drives` and `geo.catchments`.
"""
