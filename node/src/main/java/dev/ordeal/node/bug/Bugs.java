package dev.ordeal.node.bug;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The catalogue of planted bugs.
public final class Bugs {
    private Bugs() {}

    /// Those of the disk: the core never sees them, they need power losses and damaged files.
    public static final List<Bug> OF_THE_DISK =
            List.of(NoFsync.BUG, VoteNoFsync.BUG, NoChecksum.BUG, TruncateCommitted.BUG);

    /// Those between the clients and the log: the core never sees them, they need clients of their own.
    public static final List<Bug> OF_THE_CLIENTS =
            List.of(
                    CasAtPropose.BUG,
                    RetryTwice.BUG,
                    TimeoutIsFailure.BUG,
                    SwappedReplies.BUG,
                    SecondDeclaration.BUG);

    /// All there are: votes, commits, logs, reads, clients, snapshots, membership, disks.
    public static final List<Bug> ALL =
            List.of(
                    VoteInMemory.BUG,
                    TermReset.BUG,
                    VoteReset.BUG,
                    VoteIndexOnly.BUG,
                    VoteDuplicate.BUG,
                    VoteStaleReply.BUG,
                    QuorumHalf.BUG,
                    QuorumReachable.BUG,
                    Figure8.BUG,
                    AckOnAppend.BUG,
                    CommitPastNew.BUG,
                    StepDownAppend.BUG,
                    NoPrevCheck.BUG,
                    TruncateAlways.BUG,
                    KeepStaleSuffix.BUG,
                    MatchTooHigh.BUG,
                    LocalRead.BUG,
                    FollowerRead.BUG,
                    ReadBeforeNoop.BUG,
                    ApplyOnAppend.BUG,
                    InstallMerges.BUG,
                    InstallSkipsData.BUG,
                    InstallGoesBack.BUG,
                    SnapshotOffByOne.BUG,
                    SessionsNotInSnapshot.BUG,
                    SingleChangeNoNoop.BUG,
                    SeveralChanges.BUG,
                    ConfigNotUndone.BUG,
                    LearnerVotes.BUG,
                    WallClockLease.BUG,
                    TransferKeepsLease.BUG,
                    ReadBeforeApply.BUG,
                    CommitBeforeFsync.BUG,
                    NoFsync.BUG,
                    VoteNoFsync.BUG,
                    NoChecksum.BUG,
                    TruncateCommitted.BUG,
                    CasAtPropose.BUG,
                    RetryTwice.BUG,
                    TimeoutIsFailure.BUG,
                    SwappedReplies.BUG,
                    SecondDeclaration.BUG);

    /// Nodes that are slow and correct: no check may find anything.
    public static final List<Bug> SLOW =
            List.of(SlowBackUp.VARIANT, SlowNoBatching.VARIANT, SlowNoPipelining.VARIANT);

    /// The bug, or the slow variant, of this name.
    public static Optional<Bug> find(String id) {
        return Stream.concat(ALL.stream(), SLOW.stream())
                .filter(bug -> bug.id().equals(id))
                .findFirst();
    }
}
