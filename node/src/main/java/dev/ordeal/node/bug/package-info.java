/// Bugs that real consensus systems have had, planted on purpose: a checker that has never found anything proves nothing.
///
/// Off by default, one at a time. [Bugs] lists them; each is a file, named after it, that gets exactly one thing wrong through
/// [Planted]. The correct code knows none of them: it is built from rules and ports, and a bug replaces or wraps one.
@NullMarked
package dev.ordeal.node.bug;

import org.jspecify.annotations.NullMarked;
