package dev.ordeal.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.raft.Bytes;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Entry;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.raft.Persisted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What each planted bug of the disk does that a disk without it does not.
class DiskBugsTest {
    private static final NodeId CANDIDATE = new NodeId("n2");
    private static final List<Entry> PROMISED =
            List.of(entry(1, "alpha"), entry(2, "bravo"), entry(3, "charlie"));

    private final SimulatedDirectory directory = new SimulatedDirectory("n1");

    private static Entry entry(long index, String payload) {
        return new Entry(
                index, 1, Entry.Kind.COMMAND, Bytes.of(payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static Planted planted(String bug) {
        return Bugs.find(bug).orElseThrow().planted().get();
    }

    private Disk open(Planted planted) throws IOException {
        return Disk.open(planted.directory(directory), planted.recoveryRules(), note -> {});
    }

    /// Entries, then a vote in a later term.
    private void promise(Planted planted) throws IOException {
        try (Disk disk = open(planted)) {
            disk.saveVote(1, null);
            for (Entry entry : PROMISED) {
                disk.store(new StoreEntries(entry.index() - 1, List.of(entry)));
                disk.sync();
            }
        }
        directory.sync();
        try (Disk disk = open(planted)) {
            disk.saveVote(2, CANDIDATE);
        }
    }

    private Persisted recovered(Planted planted) throws IOException {
        try (Disk disk = open(planted)) {
            return disk.persisted();
        }
    }

    private void flipInTheSecondEntry() throws IOException {
        String log = directory.names().stream().filter(Disk::isLog).findFirst().orElseThrow();
        String text = new String(directory.read(log), StandardCharsets.ISO_8859_1);
        directory.flip(log, text.indexOf("bravo"), 1);
    }

    @Test
    void aCorrectDiskKeepsItsPromisesThroughAPowerLoss() throws IOException {
        promise(Planted.NOTHING);
        directory.losePower();
        assertThat(recovered(Planted.NOTHING)).isEqualTo(new Persisted(2, CANDIDATE, PROMISED));
    }

    @Test
    void aCorrectDiskRefusesToStartOnAFlippedBit() throws IOException {
        promise(Planted.NOTHING);
        flipInTheSecondEntry();
        assertThatThrownBy(() -> recovered(Planted.NOTHING)).isInstanceOf(DamagedException.class);
    }

    @Test
    void noFsyncLosesEntriesThatWerePromised() throws IOException {
        Planted planted = planted("no-fsync");
        promise(planted);
        directory.losePower();
        assertThat(recovered(planted)).isEqualTo(new Persisted(2, CANDIDATE, List.of()));
    }

    @Test
    void voteNoFsyncForgetsAVote() throws IOException {
        Planted planted = planted("vote-no-fsync");
        promise(planted);
        directory.losePower();
        assertThat(recovered(planted)).isEqualTo(new Persisted(1, null, PROMISED));
    }

    @Test
    void noChecksumTakesAFlippedBitForWhatWasWritten() throws IOException {
        Planted planted = planted("no-checksum");
        promise(planted);
        flipInTheSecondEntry();
        assertThat(recovered(planted).entries())
                .containsExactly(PROMISED.get(0), entry(2, "cravo"), PROMISED.get(2));
    }

    @Test
    void truncateCommittedCutsOffWhatStandsBehindTheDamage() throws IOException {
        Planted planted = planted("truncate-committed");
        promise(planted);
        flipInTheSecondEntry();
        assertThat(recovered(planted).entries()).containsExactly(PROMISED.get(0));
    }
}
