"""The front door: the `copydesk` command. It wires the rooms and holds no logic of theirs."""
