package dev.ordeal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Persisted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A crash at every change that a disk makes to its files, and at every byte of every write: the node's process ends, or its
/// power fails and takes all, some or nothing of what was not synced. What was promised is there afterwards, nothing is that was
/// not asked for, and the disk goes on. A crash alone never looks like damage.
class DiskCrashTest {
    /// So that there are many.
    private static final int SEGMENT_BYTES = 300;

    private static final int POWER_LOSSES = 4;

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("ordeal.disk.seeds", 30));
    }

    private static Disk open(Directory directory) throws IOException {
        return Disk.open(directory, new RecoveryRules(), SEGMENT_BYTES, note -> {});
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aCrashAnywhereLosesNothingThatWasPromised(long seed) throws IOException {
        RecordedDirectory recorded = new RecordedDirectory(new SimulatedDirectory("n1"));
        DiskWorkload workload = new DiskWorkload(seed, recorded::changes);
        try (Disk disk = open(recorded)) {
            workload.run(disk);
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int done = 0; done < recorded.changes(); done++) {
            for (int bytes = 0; bytes <= recorded.added(done); bytes += step(recorded, done)) {
                SimulatedDirectory killed = recorded.again(done, bytes);
                check(workload, killed, done);
                SimulatedDirectory dark = recorded.again(done, bytes);
                dark.losePower();
                check(workload, dark, done);
            }
            for (int loss = 0; loss < POWER_LOSSES; loss++) {
                int bytes = random.nextInt(recorded.added(done) + 1);
                SimulatedDirectory torn = recorded.again(done, bytes);
                torn.losePower(random);
                check(workload, torn, done);
            }
        }
    }

    /// Every byte of a short write, and a few dozen places in a long one.
    private static int step(RecordedDirectory recorded, int change) {
        return 1 + recorded.added(change) / 100;
    }

    private static void check(DiskWorkload workload, SimulatedDirectory left, int changes)
            throws IOException {
        Persisted found;
        try (Disk disk = open(left)) {
            found = disk.persisted();
            workload.check(found, changes);
            disk.saveVote(1_000, null);
            disk.store(new StoreEntries(found.last().index(), List.of(next(found))));
            disk.sync();
        }
        left.losePower();
        try (Disk disk = open(left)) {
            assertThat(disk.persisted().entries().getLast()).isEqualTo(next(found));
        }
    }

    private static Entry next(Persisted found) {
        return new Entry(found.last().index() + 1, 1_000, Entry.Kind.COMMAND, Bytes.of((byte) 'x'));
    }

    /// The power fails again and again while the node tries to recover from the last time.
    @ParameterizedTest
    @MethodSource("seeds")
    void aCrashWhileRecoveringLosesNothingEither(long seed) throws IOException {
        RecordedDirectory recorded = new RecordedDirectory(new SimulatedDirectory("n1"));
        DiskWorkload workload = new DiskWorkload(seed, recorded::changes);
        try (Disk disk = open(recorded)) {
            workload.run(disk);
        }
        SplittableRandom random = new SplittableRandom(~seed);
        for (int round = 0; round < 50; round++) {
            int done = random.nextInt(recorded.changes());
            SimulatedDirectory left =
                    recorded.again(done, random.nextInt(recorded.added(done) + 1));
            left.losePower(random);
            for (int again = 0; again < 4; again++) {
                open(left).close();
                left.losePower(random);
            }
            check(workload, left, done);
        }
    }

    /// A disk that fills up stops the node; with room again everything that was promised is there.
    @ParameterizedTest
    @MethodSource("seeds")
    void aFullDiskLosesNothingThatWasPromised(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        RecordedDirectory recorded = new RecordedDirectory(new SimulatedDirectory("n1"));
        DiskWorkload workload = new DiskWorkload(seed, recorded::changes);
        try (Disk disk = open(recorded)) {
            recorded.directory().capacity(200 + random.nextInt(3_000));
            workload.run(disk);
        } catch (IOException full) {
            assertThat(full).hasMessage("No space left on device");
        }
        recorded.directory().capacity(Long.MAX_VALUE);
        check(workload, recorded.directory(), recorded.changes());
    }

    /// Every byte of every file, of a disk that was closed in peace.
    @Test
    void aChangedByteIsNeverTakenForACrash() throws IOException {
        RecordedDirectory recorded = new RecordedDirectory(new SimulatedDirectory("n1"));
        DiskWorkload workload = new DiskWorkload(1, recorded::changes);
        try (Disk disk = open(recorded)) {
            workload.run(disk);
        }
        SplittableRandom random = new SplittableRandom(1);
        for (String name : recorded.names()) {
            for (int at = 0; at < recorded.read(name).length; at++) {
                SimulatedDirectory changed = recorded.again(recorded.changes(), 0);
                changed.flip(name, at, 1 << random.nextInt(8));
                assertThatThrownBy(() -> open(changed))
                        .as("byte %d of %s", at, name)
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining(name);
            }
        }
    }

    @Test
    void thePowerTakesWhatWasNotSyncedAndNothingElse() throws IOException {
        SimulatedDirectory directory = new SimulatedDirectory("n1");
        Directory.File file = directory.create("a");
        file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
        file.sync();
        directory.sync();
        file.write(ByteBuffer.wrap(new byte[] {4, 5}), 3);
        directory.create("b");
        assertThat(directory.read("a")).containsExactly(1, 2, 3, 4, 5);

        directory.losePower();

        assertThat(directory.names()).containsExactly("a");
        assertThat(directory.read("a")).containsExactly(1, 2, 3);
    }
}
