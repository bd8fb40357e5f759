"""The wire: everything that is asked of a server, and the only room that imports httpx.

Services come in, through a `LazyHttpClient`; this room touches the network and nothing else.
"""
