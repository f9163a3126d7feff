/// One member of the cluster, whole, but without a thread, a clock or a socket: the core, its disk and its state machine, and
/// the one place that carries effects out ([dev.ordeal.node.member.Member]). Whoever drives it supplies what comes from outside:
/// time, messages, requests. The process of `dev.ordeal.node.server` does so from a queue, a simulator from its own.
@NullMarked
package dev.ordeal.node.member;

import org.jspecify.annotations.NullMarked;
