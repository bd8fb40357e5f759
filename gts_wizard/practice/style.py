"""The one style sheet of the pages, readable in light and dark. Imports nothing."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f2ee, #1b1d20);
  --paper: light-dark(#ffffff, #25282c);
  --ink: light-dark(#23211f, #eceae6);
  --quiet: light-dark(#5e5a55, #b3afa8);
  --line: light-dark(#d5d0c8, #45494f);
  --accent: light-dark(#2c6a4c, #8fd0ae);
  --on-accent: light-dark(#ffffff, #14231b);
  --trouble: light-dark(#8f2a1f, #f3a79d);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 38rem;
  background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, sans-serif;
}
header { color: var(--quiet); font-size: .9375rem; margin: 0 0 1rem; }
main, aside {
  background: var(--paper); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1.5rem 1.75rem;
}
aside { background: none; margin-top: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.0625rem; margin: 1.5rem 0 .75rem; }
aside h2:first-child { margin-top: 0; }
p { margin: 0 0 1rem; }
main > :last-child, aside > :last-child, form > :last-child { margin-bottom: 0; }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
input, button { font: inherit; border-radius: .5rem; padding: .55rem .8rem; }
input {
  display: block; width: 100%; margin: 0 0 1.1rem;
  background: var(--ground); color: var(--ink); border: 1px solid var(--quiet);
}
button {
  background: var(--accent); color: var(--on-accent); border: 0; font-weight: 600;
  padding: .6rem 1.6rem; cursor: pointer;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
b, em, code { overflow-wrap: anywhere; }
em { font-weight: 600; font-style: normal; }
code { font: .9375em ui-monospace, monospace; }
.code code {
  display: block; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--ground); font-size: 1rem; user-select: all;
}
.trouble { color: var(--trouble); border-left: 4px solid var(--trouble); padding-left: .8rem; }
.quiet { color: var(--quiet); font-size: .9375rem; }
.people { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: .6rem; }
.people li { display: flex; gap: .8rem; align-items: center; line-height: 1.35; }
.people img { border-radius: 50%; }
"""
