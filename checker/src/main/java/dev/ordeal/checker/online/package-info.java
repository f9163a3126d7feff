/// Judging while the clients still work: the rules for registers whose values are written once, event by event, in memory
/// that follows what is open and not how long it has gone on. Start reading at [OnlineRegisters].
@NullMarked
package dev.ordeal.checker.online;

import org.jspecify.annotations.NullMarked;
