"""What crosses a boundary: payload types, topics, codec, envelope, and the JSON Schema files made from them.

This is the lowest room: it imports no other room of Copydesk.
"""
