package dev.ordeal.node.server;

import dev.ordeal.node.raft.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What flags say, made into what the node needs. A flag that makes no sense is an [IllegalArgumentException] whose message
/// names it and says what it should be.
final class Flags {
    private static final Pattern ADDRESS =
            Pattern.compile("\\[?(?<host>[^\\[\\]]+)]?:(?<port>\\d{1,5})");
    private static final Pattern DURATION = Pattern.compile("(?<number>\\d{1,9})(?<unit>ms|s)");
    private static final int TICKS_PER_HEARTBEAT = 5;

    /// So many appends with entries may be on their way to one follower, of this size each.
    private static final int MESSAGES_IN_FLIGHT = 8;

    private static final int MESSAGE_BYTES = 512 << 10;

    private Flags() {}

    record Range(Duration from, Duration to) {}

    /// Not looked up: a peer may get its name later.
    static InetSocketAddress address(String flag, String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group("port")) > 65_535) {
            throw new IllegalArgumentException(flag + " takes host:port, not '" + text + "'");
        }
        return InetSocketAddress.createUnresolved(
                matcher.group("host"), Integer.parseInt(matcher.group("port")));
    }

    /// An address of this machine.
    static InetSocketAddress bindable(String flag, String text) {
        InetSocketAddress address = address(flag, text);
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(address.getHostString()), address.getPort());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    flag + ": there is no host " + address.getHostString(), e);
        }
    }

    static boolean onOff(String flag, String text) {
        return switch (text) {
            case "on" -> true;
            case "off" -> false;
            default ->
                    throw new IllegalArgumentException(flag + " is on or off, not '" + text + "'");
        };
    }

    static Duration duration(String flag, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group("number")) == 0) {
            throw new IllegalArgumentException(
                    flag + " takes a time such as 50ms or 1s, not '" + text + "'");
        }
        int number = Integer.parseInt(matcher.group("number"));
        return matcher.group("unit").equals("s")
                ? Duration.ofSeconds(number)
                : Duration.ofMillis(number);
    }

    static Range range(String flag, String text) {
        int dots = text.indexOf("..");
        if (dots < 0) {
            throw new IllegalArgumentException(
                    flag + " takes a range such as 150ms..300ms, not '" + text + "'");
        }
        Range range =
                new Range(
                        duration(flag, text.substring(0, dots)),
                        duration(flag, text.substring(dots + 2)));
        if (range.from.compareTo(range.to) > 0) {
            throw new IllegalArgumentException(flag + ": " + text + " ends before it begins");
        }
        return range;
    }

    /// A tick is a fifth of a heartbeat: fine enough for the spread of election time-outs, coarse enough to cost nothing.
    ///
    /// @param leaseDrift null for no leases
    static Settings settings(
            Duration heartbeat, Range election, int snapshotEntries, @Nullable Double leaseDrift) {
        if (election.from.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "--election must begin at two heartbeats or later, or one late heartbeat"
                            + " unseats a leader: "
                            + election.from.toMillis()
                            + " ms against "
                            + heartbeat.toMillis()
                            + " ms");
        }
        long tickNanos = Math.max(1_000_000, heartbeat.toNanos() / TICKS_PER_HEARTBEAT);
        Settings settings =
                new Settings(
                                ticksIn(election.from, tickNanos),
                                ticksIn(election.to, tickNanos),
                                ticksIn(heartbeat, tickNanos),
                                MESSAGE_BYTES,
                                MESSAGES_IN_FLIGHT,
                                snapshotEntries)
                        .withTickNanos(tickNanos);
        if (leaseDrift == null) {
            return settings;
        }
        if (!(leaseDrift >= 0 && leaseDrift <= 1)) {
            throw new IllegalArgumentException(
                    "--lease-drift is 0 to 1, such as 0.1 for a tenth, not " + leaseDrift);
        }
        return settings.withLeases(leaseDrift);
    }

    private static int ticksIn(Duration time, long tickNanos) {
        return Math.toIntExact(Math.max(1, Math.round((double) time.toNanos() / tickNanos)));
    }
}
