/// What the nodes themselves recorded: which entries each applied, when it led, how it voted; and the rules that these
/// records must keep for the cluster to be one consistent state machine. Start reading at [NodeStreams].
@NullMarked
package dev.ordeal.checker.commit;

import org.jspecify.annotations.NullMarked;
