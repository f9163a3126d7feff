package dev.ordeal.node.member;

import dev.ordeal.node.raft.Role;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/// What a node counts, in Prometheus' text format (version 0.0.4). Safe for many threads.
public final class Metrics {
    private final LongAdder applied = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder forwarded = new LongAdder();
    private final LongAdder candidacies = new LongAdder();
    private final LongAdder leaderships = new LongAdder();
    private final LongAdder installed = new LongAdder();
    private final Histogram syncs = new Histogram();
    private final Histogram requests = new Histogram();

    void applied() {
        applied.increment();
    }

    void read() {
        reads.increment();
    }

    void refused() {
        refused.increment();
    }

    void forwarded() {
        forwarded.increment();
    }

    void roleChanged(Role role) {
        if (role == Role.CANDIDATE) {
            candidacies.increment();
        } else if (role == Role.LEADER) {
            leaderships.increment();
        }
    }

    void installed() {
        installed.increment();
    }

    void synced(long nanos) {
        syncs.record(nanos);
    }

    void answered(long nanos) {
        requests.record(nanos);
    }

    /// The page of a member that stands like this.
    public String text(NodeStatus status) {
        StringBuilder text = new StringBuilder();
        gauge(text, "ordeal_term", "Current term.", status.term());
        gauge(
                text,
                "ordeal_leader",
                "1 when this node leads.",
                status.role() == Role.LEADER ? 1 : 0);
        gauge(
                text,
                "ordeal_incarnation",
                "How many times the node has started.",
                status.incarnation());
        gauge(
                text,
                "ordeal_log_last_index",
                "Index of the last entry in the log.",
                status.lastIndex());
        gauge(
                text,
                "ordeal_log_commit_index",
                "Index of the last committed entry.",
                status.commitIndex());
        gauge(
                text,
                "ordeal_log_applied_index",
                "Index of the last applied entry.",
                status.appliedIndex());
        gauge(
                text,
                "ordeal_snapshot_index",
                "Index of the last entry in the newest snapshot.",
                status.snapshotIndex());
        counter(
                text,
                "ordeal_snapshots_installed",
                "Snapshots of a leader that took the place of this node's state.",
                installed);
        counter(text, "ordeal_commands_applied", "Commands applied, retries included.", applied);
        counter(text, "ordeal_reads", "Reads served.", reads);
        counter(text, "ordeal_requests_refused", "Client requests refused.", refused);
        counter(
                text,
                "ordeal_requests_forwarded",
                "Client requests passed on to the leader.",
                forwarded);
        counter(text, "ordeal_candidacies", "Times this node stood for election.", candidacies);
        counter(text, "ordeal_leaderships", "Times this node was elected.", leaderships);
        syncs.write(
                text, "ordeal_log_sync_seconds", "Time to write a batch to the log and sync it.");
        requests.write(text, "ordeal_request_seconds", "Time to answer a client's request.");
        return text.toString();
    }

    private static void gauge(StringBuilder text, String name, String help, long value) {
        head(text, name, help, "gauge");
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void counter(StringBuilder text, String name, String help, LongAdder value) {
        head(text, name + "_total", help, "counter");
        text.append(name).append("_total ").append(value.sum()).append('\n');
    }

    private static void head(StringBuilder text, String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static final class Histogram {
        private static final double[] BOUNDS_SECONDS = {
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5
        };

        /// One a bound, and one for what is above all of them.
        private final AtomicLongArray counts = new AtomicLongArray(BOUNDS_SECONDS.length + 1);

        private final LongAdder sumNanos = new LongAdder();

        void record(long nanos) {
            int bucket = 0;
            while (bucket < BOUNDS_SECONDS.length && nanos > BOUNDS_SECONDS[bucket] * 1e9) {
                bucket++;
            }
            counts.incrementAndGet(bucket);
            sumNanos.add(nanos);
        }

        void write(StringBuilder text, String name, String help) {
            head(text, name, help, "histogram");
            long atMost = 0;
            for (int i = 0; i < BOUNDS_SECONDS.length; i++) {
                atMost += counts.get(i);
                bucket(text, name, Double.toString(BOUNDS_SECONDS[i]), atMost);
            }
            atMost += counts.get(BOUNDS_SECONDS.length);
            bucket(text, name, "+Inf", atMost);
            text.append(String.format(Locale.ROOT, "%s_sum %.9f%n", name, sumNanos.sum() / 1e9));
            text.append(name).append("_count ").append(atMost).append('\n');
        }

        private static void bucket(StringBuilder text, String name, String bound, long count) {
            text.append(name)
                    .append("_bucket{le=\"")
                    .append(bound)
                    .append("\"} ")
                    .append(count)
                    .append('\n');
        }
    }
}
