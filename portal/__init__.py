"""The door where people look: units hand in, officials watch and decide. No rule of its own."""
