package dev.ordeal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import dev.ordeal.node.raft.Position;
import dev.ordeal.node.raft.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskTest {
    @TempDir Path directory;

    private final List<String> notes = new ArrayList<>();

    private Disk open() throws IOException {
        return open(Disk.SEGMENT_BYTES);
    }

    private Disk open(int segmentBytes) throws IOException {
        return Disk.open(
                LocalDirectory.open(directory), new RecoveryRules(), segmentBytes, notes::add);
    }

    private Persisted recovered() throws IOException {
        try (Disk disk = open()) {
            return disk.persisted();
        }
    }

    private static Entry entry(long index, long term, String payload) {
        return new Entry(
                index,
                term,
                Entry.Kind.COMMAND,
                Bytes.of(payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static Entry noop(long index, long term) {
        return new Entry(index, term, Entry.Kind.NOOP, Bytes.EMPTY);
    }

    private Path log() {
        return segment(1);
    }

    private Path segment(long number) {
        return directory.resolve(Segment.name(number));
    }

    /// As after a power loss in which the mark never got to the disk.
    private void loseTheMark() throws IOException {
        Files.delete(directory.resolve("synced"));
    }

    @Test
    void aNewNodeRemembersNothing() throws IOException {
        try (Disk disk = open()) {
            assertThat(disk.persisted()).isEqualTo(Persisted.NOTHING);
            assertThat(disk.incarnation()).isEqualTo(1);
        }
    }

    @Test
    void eachStartIsCounted() throws IOException {
        for (int start = 1; start <= 3; start++) {
            try (Disk disk = open()) {
                assertThat(disk.incarnation()).isEqualTo(start);
            }
        }
    }

    @Test
    void voteAndEntriesAreThereAfterARestart() throws IOException {
        try (Disk disk = open()) {
            disk.saveVote(2, null);
            disk.saveVote(3, new NodeId("n2"));
            disk.store(new StoreEntries(0, List.of(noop(1, 1), entry(2, 1, "a"))));
            disk.store(new StoreEntries(2, List.of(entry(3, 3, ""))));
            assertThat(disk.isDirty()).isTrue();
            disk.sync();
            assertThat(disk.isDirty()).isFalse();
        }

        assertThat(recovered())
                .isEqualTo(
                        new Persisted(
                                3,
                                new NodeId("n2"),
                                List.of(noop(1, 1), entry(2, 1, "a"), entry(3, 3, ""))));
        assertThat(notes).isEmpty();
    }

    @Test
    void aVoteInATermCanBeNobodys() throws IOException {
        try (Disk disk = open()) {
            disk.saveVote(7, null);
        }
        assertThat(recovered()).isEqualTo(new Persisted(7, null, List.of()));
    }

    @Test
    void whatWasCutOffTheLogStaysCutOff() throws IOException {
        try (Disk disk = open()) {
            disk.saveVote(3, null);
            disk.store(
                    new StoreEntries(
                            0, List.of(entry(1, 1, "a"), entry(2, 1, "b"), entry(3, 1, "c"))));
            disk.sync();
            disk.store(new StoreEntries(1, List.of(entry(2, 2, "B"))));
            disk.sync();
        }
        assertThat(recovered().entries()).containsExactly(entry(1, 1, "a"), entry(2, 2, "B"));

        try (Disk disk = open()) {
            disk.store(new StoreEntries(0, List.of()));
            disk.store(new StoreEntries(0, List.of(entry(1, 3, "z"))));
            disk.sync();
        }
        assertThat(recovered().entries()).containsExactly(entry(1, 3, "z"));
    }

    @Test
    void aDirectoryBelongsToOneNodeAtATime() throws IOException {
        try (Disk disk = open()) {
            assertThatThrownBy(this::open)
                    .hasMessageContaining("is in use by another running node");
            assertThat(disk.incarnation()).isEqualTo(1);
        }
        assertThat(recovered()).isEqualTo(Persisted.NOTHING);
    }

    @Test
    void aLogOfAnotherVersionIsNotTakenForDamage() throws IOException {
        writeThreeFrames();
        byte[] bytes = Files.readAllBytes(log());
        bytes[11] = 5;
        java.util.zip.CRC32C checksum = new java.util.zip.CRC32C();
        checksum.update(bytes, 0, 12);
        java.nio.ByteBuffer.wrap(bytes).putInt(12, (int) checksum.getValue());
        Files.write(log(), bytes);

        assertThatThrownBy(this::open)
                .isNotInstanceOf(DamagedException.class)
                .hasMessageContaining("format version 5")
                .hasMessageContaining("start the program that wrote it");
    }

    // --- Torn or damaged

    private static final List<Entry> SYNCED =
            List.of(noop(1, 1), entry(2, 1, "first"), entry(3, 2, "second"));

    /// Three synced frames with these entries; returns where each frame ends.
    private List<Long> writeThreeFrames() throws IOException {
        List<Long> ends = new ArrayList<>();
        try (Disk disk = open()) {
            disk.saveVote(2, new NodeId("n1"));
            for (Entry entry : SYNCED) {
                disk.store(new StoreEntries(entry.index() - 1, List.of(entry)));
                disk.sync();
                ends.add(Files.size(log()));
            }
        }
        return ends;
    }

    /// A crash in the middle of the last append, at every byte of it: exactly what was synced before is there, and the node
    /// can go on.
    @Test
    void anAppendTornAtAnyByteIsCutOff() throws IOException {
        List<Long> ends = writeThreeFrames();
        byte[] whole = Files.readAllBytes(log());
        for (int length = ends.get(1).intValue(); length < whole.length; length++) {
            Files.write(log(), Arrays.copyOf(whole, length));
            loseTheMark();
            notes.clear();

            assertThat(recovered().entries())
                    .as("cut at byte %d", length)
                    .isEqualTo(SYNCED.subList(0, 2));
            assertThat(notes).as("cut at byte %d", length).hasSize(length == ends.get(1) ? 0 : 1);
            assertThat(Files.size(log())).isEqualTo(ends.get(1));

            try (Disk disk = open()) {
                disk.store(new StoreEntries(2, List.of(entry(3, 2, "instead"))));
                disk.sync();
            }
            assertThat(recovered().entries()).hasSize(3).endsWith(entry(3, 2, "instead"));
        }
    }

    /// The same cuts when the mark says that the last frame was synced: then it is a loss, and the node must not start.
    @Test
    void aSyncedFrameThatIsCutShortIsDamage() throws IOException {
        writeThreeFrames();
        byte[] whole = Files.readAllBytes(log());
        for (int length = 0; length < whole.length; length++) {
            Files.write(log(), Arrays.copyOf(whole, length));

            assertThatThrownBy(this::open)
                    .as("cut at byte %d", length)
                    .isInstanceOf(DamagedException.class);
            assertThat(Files.size(log())).as("untouched").isEqualTo(length);
        }
        Files.delete(log());
        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("the log is gone");
    }

    /// Whatever byte of a file is changed, in whatever way, with the mark or without it: the node does not start, and the
    /// files stay as they are.
    @Test
    void aChangedByteAnywhereIsDamage() throws IOException {
        writeThreeFrames();
        try (Disk disk = open()) {
            disk.writeSnapshot(SNAPSHOT);
        }
        byte[] mark = Files.readAllBytes(directory.resolve("synced"));
        for (String file : List.of(Segment.name(1), "vote", "incarnation", "synced", "snapshot")) {
            byte[] whole = Files.readAllBytes(directory.resolve(file));
            for (int i = 0; i < whole.length; i++) {
                for (int change : new int[] {0x01, 0x80, 0xFF, whole[i]}) {
                    if ((byte) change == 0) {
                        continue;
                    }
                    byte[] changed = whole.clone();
                    changed[i] ^= (byte) change;
                    Files.write(directory.resolve(file), changed);
                    assertThatThrownBy(this::open)
                            .as("%s: byte %d changed by %02x", file, i, change)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining(directory.resolve(file).toString());
                    assertThat(Files.readAllBytes(directory.resolve(file))).isEqualTo(changed);
                    if (file.equals(Segment.name(1))) {
                        loseTheMark();
                        assertThatThrownBy(this::open)
                                .as("%s without mark: byte %d changed by %02x", file, i, change)
                                .isInstanceOf(IOException.class);
                        Files.write(directory.resolve("synced"), mark);
                    }
                }
            }
            Files.write(directory.resolve(file), whole);
        }
        assertThat(recovered().entries()).isEqualTo(SYNCED.subList(2, 3));
    }

    /// The file has grown, its data has not got there: the tail, or sectors of it, are zero.
    @Test
    void aTailOfZerosIsATornAppend() throws IOException {
        List<Long> ends = writeThreeFrames();
        byte[] synced = Arrays.copyOf(Files.readAllBytes(log()), ends.get(1).intValue());
        for (int zeros : new int[] {1, 12, 13, 14, 100, 511, 512, 513, 5_000}) {
            Files.write(log(), Arrays.copyOf(synced, synced.length + zeros));
            loseTheMark();
            assertThat(recovered().entries()).as("%d zeros", zeros).isEqualTo(SYNCED.subList(0, 2));
        }
    }

    @Test
    void anAppendOfWhichAnySectorIsMissingIsTorn() throws IOException {
        List<Long> ends = writeThreeFrames();
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        random.ints(4_000, 'a', 'z').forEach(c -> text.append((char) c));
        try (Disk disk = open()) {
            disk.store(
                    new StoreEntries(
                            3,
                            List.of(entry(4, 2, text.toString()), entry(5, 2, text.toString()))));
            disk.sync();
        }
        byte[] whole = Files.readAllBytes(log());
        assertThat(recovered().entries()).hasSize(5);
        int start = ends.get(2).intValue();
        for (int sector = start / 512; sector * 512 < whole.length; sector++) {
            byte[] torn = whole.clone();
            Arrays.fill(
                    torn,
                    Math.max(start, sector * 512),
                    Math.min(whole.length, sector * 512 + 512),
                    (byte) 0);
            Files.write(log(), torn);
            loseTheMark();

            assertThat(recovered().entries()).as("without sector %d", sector).isEqualTo(SYNCED);
        }
    }

    /// The hole is in a frame that was synced, since another was begun after it.
    @Test
    void missingSectorsBeforeAValidFrameAreDamage() throws IOException {
        List<Long> ends = writeThreeFrames();
        byte[] whole = Files.readAllBytes(log());
        Arrays.fill(whole, ends.get(0).intValue(), ends.get(1).intValue(), (byte) 0);
        Files.write(log(), whole);
        loseTheMark();

        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("a valid one follows at byte " + ends.get(1));
    }

    /// A client may store bytes that are a frame in the place where they were copied from; elsewhere they are just bytes.
    @Test
    void aFrameInsideAValueIsNotTakenForAFrame() throws IOException {
        List<Long> ends = writeThreeFrames();
        byte[] frame =
                Arrays.copyOfRange(
                        Files.readAllBytes(log()), ends.get(0).intValue(), ends.get(1).intValue());
        try (Disk disk = open()) {
            disk.store(
                    new StoreEntries(
                            3,
                            List.of(
                                    new Entry(4, 2, Entry.Kind.COMMAND, Bytes.of(frame)),
                                    entry(5, 2, "last"))));
            disk.sync();
        }
        byte[] whole = Files.readAllBytes(log());
        Files.write(log(), Arrays.copyOf(whole, whole.length - 3));
        loseTheMark();

        assertThat(recovered().entries()).isEqualTo(SYNCED);
    }

    // --- Snapshots

    private static final Membership MEMBERS =
            new Membership(List.of(new NodeId("n1"), new NodeId("n2")));
    private static final Snapshot SNAPSHOT =
            new Snapshot(new Position(2, 1), MEMBERS, Bytes.of((byte) 1, (byte) 2, (byte) 3));

    private Persisted behindTheSnapshot() {
        return new Persisted(2, new NodeId("n1"), SNAPSHOT, SYNCED.subList(2, 3));
    }

    /// So that each entry gets a segment of its own.
    private static final int SMALL = Segment.HEADER + 1;

    private void writeThreeSegments() throws IOException {
        try (Disk disk = open(SMALL)) {
            disk.saveVote(2, new NodeId("n1"));
            for (Entry entry : SYNCED) {
                disk.store(new StoreEntries(entry.index() - 1, List.of(entry)));
                disk.sync();
            }
        }
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("log"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aLogOfSeveralSegmentsIsOneLog() throws IOException {
        writeThreeSegments();
        assertThat(segments()).containsExactly(Segment.name(1), Segment.name(2), Segment.name(3));
        assertThat(recovered()).isEqualTo(new Persisted(2, new NodeId("n1"), SYNCED));

        try (Disk disk = open()) {
            disk.store(new StoreEntries(1, List.of(entry(2, 3, "instead"))));
            disk.sync();
        }
        assertThat(recovered().entries())
                .containsExactly(SYNCED.getFirst(), entry(2, 3, "instead"));
        assertThat(notes).isEmpty();
    }

    @Test
    void aCompactedLogGoesOnBehindTheSnapshot() throws IOException {
        writeThreeSegments();
        try (Disk disk = open(SMALL)) {
            disk.writeSnapshot(SNAPSHOT);
            disk.store(new StoreEntries(3, List.of(entry(4, 2, "gathered"))));
            disk.compact(SNAPSHOT.last());
            assertThat(segments()).containsExactly(Segment.name(3));
            assertThat(disk.isDirty()).isTrue();
            disk.store(new StoreEntries(3, List.of(entry(4, 2, "instead"))));
            disk.sync();
        }
        assertThat(recovered())
                .isEqualTo(
                        new Persisted(
                                2,
                                new NodeId("n1"),
                                SNAPSHOT,
                                List.of(SYNCED.get(2), entry(4, 2, "instead"))));
        assertThat(notes).isEmpty();
    }

    /// The snapshot ends within a segment, which therefore stays: what it holds twice is passed over.
    @Test
    void aSegmentThatIsStillNeededStays() throws IOException {
        writeThreeFrames();
        try (Disk disk = open()) {
            disk.writeSnapshot(SNAPSHOT);
            disk.compact(SNAPSHOT.last());
        }
        assertThat(segments()).containsExactly(Segment.name(1));
        assertThat(recovered()).isEqualTo(behindTheSnapshot());
    }

    /// A crash between two deletions, whichever of them got to the disk.
    @Test
    void deletionsThatACrashHasPreventedAreMadeUpFor() throws IOException {
        writeThreeSegments();
        byte[] first = Files.readAllBytes(segment(1));
        try (Disk disk = open(SMALL)) {
            disk.writeSnapshot(SNAPSHOT);
            disk.compact(SNAPSHOT.last());
        }
        Files.write(segment(1), first);
        assertThat(recovered()).isEqualTo(behindTheSnapshot());
        assertThat(segments()).containsExactly(Segment.name(3));
    }

    @Test
    void aSegmentThatIsGoneIsMissed() throws IOException {
        writeThreeSegments();
        byte[] last = Files.readAllBytes(segment(3));
        Files.delete(segment(3));
        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(Segment.name(3))
                .hasMessageContaining("is gone, though it had been synced");
        Files.write(segment(3), last);
        Files.delete(segment(2));
        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(Segment.name(2))
                .hasMessageContaining("is gone, though later segments are there");
        Files.delete(segment(1));
        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("it ends at index 0, but the log begins behind index 2");
    }

    /// Even cut where a frame ends: the next segment knows how long this one was.
    @Test
    void aSegmentThatIsCutShortIsDamagedWhenAnotherFollows() throws IOException {
        writeThreeSegments();
        loseTheMark();
        byte[] whole = Files.readAllBytes(segment(2));
        for (int length = 0; length < whole.length; length++) {
            Files.write(segment(2), Arrays.copyOf(whole, length));
            assertThatThrownBy(this::open)
                    .as("cut at byte %d", length)
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining(Segment.name(2));
        }
    }

    @Test
    void anInstalledSnapshotReplacesTheLog() throws IOException {
        writeThreeFrames();
        Snapshot leaders = new Snapshot(new Position(9, 4), MEMBERS, Bytes.of((byte) 7));
        try (Disk disk = open()) {
            disk.install(leaders);
        }
        assertThat(recovered()).isEqualTo(new Persisted(2, new NodeId("n1"), leaders, List.of()));
        try (Disk disk = open()) {
            disk.store(new StoreEntries(9, List.of(entry(10, 4, "next"))));
            disk.sync();
        }
        assertThat(recovered().entries()).containsExactly(entry(10, 4, "next"));
        assertThat(notes).isEmpty();
    }

    /// Between the leader's snapshot and the empty log behind it: the log that is still there is of the time before.
    @ParameterizedTest
    @CsvSource({"2,2", "3,3", "9,4"})
    void aCrashWhileASnapshotIsInstalledIsMadeUpFor(long index, long term) throws IOException {
        writeThreeFrames();
        Snapshot leaders = new Snapshot(new Position(index, term), MEMBERS, Bytes.of((byte) 7));
        try (Disk disk = open()) {
            disk.writeSnapshot(leaders);
        }
        assertThat(recovered()).isEqualTo(new Persisted(2, new NodeId("n1"), leaders, List.of()));
        assertThat(notes)
                .singleElement()
                .asString()
                .contains("being installed", "" + leaders.last());
        try (Disk disk = open()) {
            disk.store(new StoreEntries(index, List.of(entry(index + 1, 4, "x"))));
            disk.sync();
        }
        assertThat(recovered().entries()).hasSize(1);
    }

    @Test
    void aSnapshotThatTheLogRestsOnIsMissed() throws IOException {
        writeThreeSegments();
        try (Disk disk = open(SMALL)) {
            disk.writeSnapshot(SNAPSHOT);
            disk.compact(SNAPSHOT.last());
        }
        Files.delete(directory.resolve("snapshot"));
        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("snapshot is damaged: it ends at index 0")
                .hasMessageContaining("begins behind index 2");
    }

    @Test
    void whatWasFoundIsHandedOverOnce() throws IOException {
        try (Disk disk = open()) {
            assertThat(disk.persisted()).isEqualTo(Persisted.NOTHING);
            assertThatThrownBy(disk::persisted).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aVoteFileThatIsGoneIsMissed() throws IOException {
        writeThreeFrames();
        Files.delete(directory.resolve("vote"));

        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("vote");
    }

    /// Left behind by a crash between writing the new file and renaming it.
    @Test
    void aHalfWrittenNewVoteIsNoVote() throws IOException {
        writeThreeFrames();
        Files.writeString(directory.resolve("vote.new"), "9 n");

        assertThat(recovered().term()).isEqualTo(2);
        try (Disk disk = open()) {
            disk.saveVote(3, new NodeId("n3"));
        }
        assertThat(recovered().vote()).isEqualTo(new NodeId("n3"));
    }

    @Test
    void withoutFsyncEverythingIsThereAfterAKill() throws IOException {
        Directory unsynced = new Unsynced(LocalDirectory.open(directory));
        try (Disk disk = Disk.open(unsynced, new RecoveryRules(), notes::add)) {
            disk.saveVote(1, new NodeId("n1"));
            disk.store(new StoreEntries(0, List.of(entry(1, 1, "a"))));
            disk.sync();
        }
        assertThat(recovered().entries()).containsExactly(entry(1, 1, "a"));
    }

    // --- Formats

    @Test
    void aVoteOfAnotherVersionIsNotTakenForDamage() throws IOException {
        for (var expected :
                Map.of("v2 3 n1", "format version 2", "3 n1", "no format version").entrySet()) {
            byte[] line = expected.getKey().getBytes(StandardCharsets.UTF_8);
            Files.writeString(
                    directory.resolve("vote"),
                    expected.getKey()
                            + " #%08x\n".formatted(Format.checksum(ByteBuffer.wrap(line))));
            assertThatThrownBy(this::open)
                    .isNotInstanceOf(DamagedException.class)
                    .hasMessageContaining("vote has " + expected.getValue())
                    .hasMessageContaining("start the program that wrote it");
        }
    }

    /// What the log was before it had segments: one file.
    @Test
    void aLogOfTheTimeBeforeSegmentsIsNotOverlooked() throws IOException {
        Format before = new Format(Segment.FORMAT.magic(), 2);
        Files.write(directory.resolve("log"), before.header().array());
        assertThatThrownBy(this::open)
                .isNotInstanceOf(DamagedException.class)
                .hasMessageContaining("format version 2")
                .hasMessageContaining("start the program that wrote it");
    }
}
