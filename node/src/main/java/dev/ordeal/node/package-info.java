/// The defendant: a replicated service on Raft. The algorithm and the state machines are pure; disk, wire and process
/// stand around them.
@NullMarked
package dev.ordeal.node;

import org.jspecify.annotations.NullMarked;
