package dev.ordeal.node.bug;

import dev.ordeal.node.machine.Command;
import dev.ordeal.node.machine.Value;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Wire;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The leader compares when it is asked, and if the value is the expected one a plain write goes into its log. What is proposed and
/// not applied yet it does not see, so that two can succeed from one value.
final class CasAtPropose implements Planted {
    static final Bug BUG =
            new Bug(
                    "cas-at-propose",
                    "a compare-and-set is decided when it is proposed, not when it is applied",
                    "a classic",
                    "KeyValueMachine.apply: commands are decided in the order of the log (§5.3)",
                    List.of(Check.LINEARIZABILITY),
                    "many compare-and-sets of one key at once",
                    CasAtPropose::new);

    @Override
    public Bytes proposed(Bytes command, Function<String, @Nullable Value> state) {
        var logged = Wire.logged(command);
        if (!(logged.command() instanceof Command.Cas(var key, var expected, var value))
                || !expects(expected, state.apply(key))) return command;
        return Wire.logged(
                new Request.Write(logged.id().session(), logged.id().sequence(), key, value),
                logged.time());
    }

    private static boolean expects(@Nullable String expected, @Nullable Value current) {
        return expected == null
                ? current == null
                : current instanceof Value.Text(var text) && text.equals(expected);
    }
}
