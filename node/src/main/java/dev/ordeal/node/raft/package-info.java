/// Raft, pure: an event goes in, a list of effects comes out, and nothing here knows of clocks, threads, files or sockets.
///
/// Start reading at [Event] and [Effect], which are all there is to say to the machine and all it can want; then [Rules],
/// the decisions its safety rests on, each with its section of the paper; then [Raft], which keeps the state and asks the
/// rules. "§" means *In Search of an Understandable Consensus Algorithm* (extended version), "thesis §" Ongaro's
/// dissertation *Consensus: Bridging Theory and Practice*.
@NullMarked
package dev.ordeal.node.raft;

import org.jspecify.annotations.NullMarked;
