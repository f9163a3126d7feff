package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ordeal.node.raft.Effect.Accepted;
import dev.ordeal.node.raft.Effect.Apply;
import dev.ordeal.node.raft.Effect.Configured;
import dev.ordeal.node.raft.Effect.Install;
import dev.ordeal.node.raft.Effect.MembershipChanged;
import dev.ordeal.node.raft.Effect.MembershipRefused;
import dev.ordeal.node.raft.Effect.MembershipUnknown;
import dev.ordeal.node.raft.Effect.ReadReady;
import dev.ordeal.node.raft.Effect.Refused;
import dev.ordeal.node.raft.Effect.SaveVote;
import dev.ordeal.node.raft.Effect.Send;
import dev.ordeal.node.raft.Effect.StoreEntries;
import dev.ordeal.node.raft.Effect.TransferEnded;
import dev.ordeal.node.raft.Event.Read;
import dev.ordeal.node.raft.Event.TransferLeadership;
import dev.ordeal.node.raft.Message.AppendAccepted;
import dev.ordeal.node.raft.Message.AppendEntries;
import dev.ordeal.node.raft.Message.AppendRefused;
import dev.ordeal.node.raft.Message.Candidacy;
import dev.ordeal.node.raft.Message.InstallSnapshot;
import dev.ordeal.node.raft.Message.PreVote;
import dev.ordeal.node.raft.Message.RequestPreVote;
import dev.ordeal.node.raft.Message.RequestVote;
import dev.ordeal.node.raft.Message.SnapshotReceived;
import dev.ordeal.node.raft.Message.TimeoutNow;
import dev.ordeal.node.raft.Message.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the paper says a server does, one test a sentence, by section; n1 is the server, of five.
class RaftPaperTest {
    private static final NodeId N1 = TestServer.N1;
    private static final NodeId N2 = TestServer.N2;
    private static final NodeId N3 = TestServer.N3;
    private static final NodeId N4 = TestServer.N4;
    private static final NodeId N5 = TestServer.N5;
    private static final Membership MEMBERS = new Membership(List.of(N1, N2, N3, N4, N5));

    private final TestServer server = new TestServer(Persisted.NOTHING, 1);

    private static List<Message> sent(List<Effect> effects) {
        return only(Send.class, effects).map(Send::message).toList();
    }

    private static <T> Stream<T> only(Class<T> type, List<Effect> effects) {
        return effects.stream().filter(type::isInstance).map(type::cast);
    }

    @Nested
    @DisplayName("§5.1 Raft basics")
    class Basics {
        @ParameterizedTest
        @ValueSource(strings = {"follower", "candidate", "leader"})
        void ifOneServersTermIsSmallerThanTheOthersItUpdatesItsTermAndIsAFollower(String role) {
            if (role.equals("candidate")) server.becomeCandidate();
            if (role.equals("leader")) server.becomeLeader();

            var effects = server.receive(N4, new AppendEntries(9, Position.START, List.of(), 0, 0));

            assertThat(effects).contains(new SaveVote(9, null));
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
            assertThat(server.raft.term()).isEqualTo(9);
            assertThat(server.raft.leader()).contains(N4);
        }

        @Test
        void aRequestWithAStaleTermIsRejectedWithTheCurrentOne() {
            var server = TestServer.with(5, 1);
            assertThat(sent(server.receive(N2, new RequestVote(4, new Position(9, 4)))))
                    .containsExactly(new Vote(5, false));
            assertThat(
                            sent(
                                    server.receive(
                                            N2,
                                            new AppendEntries(4, Position.START, List.of(), 0, 3))))
                    .containsExactly(new AppendRefused(5, 0, 0, 2, 0));
            assertThat(server.raft.leader()).isEmpty();
        }
    }

    @Nested
    @DisplayName("§5.2 Leader election")
    class Election {
        @Test
        void whenServersStartUpTheyBeginAsFollowers() {
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
            assertThat(server.raft.leader()).isEmpty();
        }

        @Test
        void aServerRemainsAFollowerAsLongAsItHearsFromALeader() {
            for (int i = 0; i < 20; i++) {
                server.tick(TestServer.SETTINGS.electionTicksMin() - 1);
                server.receive(N2, new AppendEntries(1, Position.START, List.of(), 0, 0));
            }
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void ifItHearsNothingOverTheElectionTimeoutItBeginsAnElection() {
            server.tick(TestServer.SETTINGS.electionTicksMax());
            assertThat(server.raft.role()).isEqualTo(Role.PRE_CANDIDATE);
        }

        @Test
        void itIncrementsItsTermVotesForItselfAndAsksAllTheOthers() {
            var effects = server.becomeCandidate();
            assertThat(effects).startsWith(new SaveVote(1, N1));
            assertThat(only(Send.class, effects))
                    .extracting(Send::to, Send::message)
                    .containsExactlyElementsOf(
                            Stream.of(N2, N3, N4, N5)
                                    .map(to -> tuple(to, new RequestVote(1, Position.START)))
                                    .toList());
        }

        @ParameterizedTest(name = "{0} votes besides its own")
        @CsvSource({"0, CANDIDATE", "1, CANDIDATE", "2, LEADER", "3, LEADER"})
        void itWinsWithTheVotesOfAMajorityOfTheFullCluster(int votes, Role role) {
            server.becomeCandidate();
            for (var voter : List.of(N2, N3, N4).subList(0, votes))
                server.receive(voter, new Vote(1, true));
            assertThat(server.raft.role()).isEqualTo(role);
        }

        @Test
        void aRefusalIsNoVote() {
            server.becomeCandidate();
            for (var voter : List.of(N2, N3, N4, N5)) server.receive(voter, new Vote(1, false));
            assertThat(server.raft.role()).isEqualTo(Role.CANDIDATE);
        }

        @Test
        void aVoteOfAnOlderTermDoesNotCount() {
            server.becomeCandidate();
            server.becomeCandidate();
            assertThat(server.raft.term()).isEqualTo(2);
            server.receive(N2, new Vote(1, true));
            server.receive(N3, new Vote(1, true));
            assertThat(server.raft.role()).isEqualTo(Role.CANDIDATE);
        }

        @Test
        void aServerVotesForAtMostOneCandidateInATermFirstComeFirstServed() {
            assertThat(sent(server.receive(N2, new RequestVote(1, Position.START))))
                    .containsExactly(new Vote(1, true));
            assertThat(sent(server.receive(N3, new RequestVote(1, Position.START))))
                    .containsExactly(new Vote(1, false));
            assertThat(sent(server.receive(N2, new RequestVote(1, Position.START))))
                    .containsExactly(new Vote(1, true));
        }

        @Test
        void itsVoteOutlivesARestart() {
            var restarted = TestServer.thatVoted(3, N2);
            assertThat(sent(restarted.receive(N3, new RequestVote(3, Position.START))))
                    .containsExactly(new Vote(3, false));
            assertThat(sent(restarted.receive(N2, new RequestVote(3, Position.START))))
                    .containsExactly(new Vote(3, true));
        }

        @Test
        void aCandidateYieldsToTheLeaderOfItsTermAndKeepsItsVote() {
            server.becomeCandidate();
            var effects = server.receive(N2, new AppendEntries(1, Position.START, List.of(), 0, 0));
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
            assertThat(only(SaveVote.class, effects)).isEmpty();
            assertThat(sent(server.receive(N3, new RequestVote(1, Position.START))))
                    .containsExactly(new Vote(1, false));
        }

        @Test
        void aLeaderSendsHeartbeatsToAllToPreventNewElections() {
            server.becomeLeader();
            assertThat(sent(server.tick(TestServer.SETTINGS.heartbeatTicks())))
                    .hasSize(4)
                    .allSatisfy(m -> assertThat(m).isInstanceOf(AppendEntries.class));
        }

        @Test
        void s1_1_electionTimeoutsAreChosenAtRandomFromTheWholeInterval() {
            var waits = new TreeSet<Integer>();
            for (long seed = 0; seed < 300; seed++) {
                var server = new TestServer(Persisted.NOTHING, seed);
                int ticks = 0;
                while (server.raft.role() == Role.FOLLOWER) {
                    server.tick(1);
                    ticks++;
                }
                waits.add(ticks);
            }
            assertThat(waits).hasSize(11).contains(10, 20);
            assertThat(waits.getFirst()).isEqualTo(TestServer.SETTINGS.electionTicksMin());
            assertThat(waits.getLast()).isEqualTo(TestServer.SETTINGS.electionTicksMax());
        }
    }

    @Nested
    @DisplayName("§5.3 Log replication")
    class Replication {
        @Test
        void theLeaderAppendsTheCommandAndSendsItToTheOthersAtOnce() {
            server.becomeLeader();
            for (var follower : List.of(N2, N3, N4, N5))
                server.receive(follower, new AppendAccepted(1, 1, 0));

            var effects = server.propose(7);

            var entry = new Entry(2, 1, Entry.Kind.COMMAND, Bytes.of((byte) 7));
            assertThat(sent(effects))
                    .hasSize(4)
                    .containsOnly(new AppendEntries(1, new Position(1, 1), List.of(entry), 1, 0));
            assertThat(effects)
                    .endsWith(new StoreEntries(1, List.of(entry)), new Accepted(7, 2, 1));
        }

        @Test
        void anEntryIsCommittedOnceAMajorityHasIt() {
            server.becomeLeader();
            assertThat(server.receive(N2, new AppendAccepted(1, 1, 0)))
                    .doesNotHaveAnyElementsOfTypes(Apply.class);
            assertThat(only(Apply.class, server.receive(N3, new AppendAccepted(1, 1, 0))))
                    .hasSize(1);
        }

        @Test
        void committingCommitsAllPrecedingEntriesAlsoThoseOfPreviousLeaders() {
            var server = TestServer.with(2, 1, 1, 2);
            server.becomeLeader();
            server.receive(N2, new AppendAccepted(3, 4, 0));
            assertThat(only(Apply.class, server.receive(N3, new AppendAccepted(3, 4, 0))))
                    .extracting(apply -> apply.entry().position())
                    .containsExactly(
                            new Position(1, 1),
                            new Position(2, 1),
                            new Position(3, 2),
                            new Position(4, 3));
        }

        @Test
        void aFollowerAppliesWhatItLearnsToBeCommittedInLogOrder() {
            var effects =
                    server.receive(
                            N2,
                            new AppendEntries(
                                    1, Position.START, TestServer.entries(1, 1, 1, 1), 2, 0));
            assertThat(only(Apply.class, effects))
                    .extracting(apply -> apply.entry().index())
                    .containsExactly(1L, 2L);
        }

        @ParameterizedTest(name = "behind {0}:{1}")
        @CsvSource({
            "0, 0, true",
            "2, 1, true",
            "4, 4, true",
            "4, 3, false",
            "5, 4, false",
            "3, 2, false"
        })
        void aFollowerRefusesEntriesIfItDoesNotFindTheOneBeforeThem(
                long index, long term, boolean found) {
            var server = TestServer.with(4, 1, 1, 4, 4);
            var answer =
                    sent(
                            server.receive(
                                    N2,
                                    new AppendEntries(
                                            4, new Position(index, term), List.of(), 0, 0)));
            assertThat(answer)
                    .singleElement()
                    .isInstanceOf(found ? AppendAccepted.class : AppendRefused.class);
        }

        @Test
        void conflictingEntriesAreDeletedWithAllThatFollowThem() {
            var server = TestServer.with(3, 1, 1, 2, 2, 2);
            var effects =
                    server.receive(
                            N2,
                            new AppendEntries(
                                    3, new Position(2, 1), TestServer.entries(3, 3), 0, 0));
            assertThat(effects).contains(new StoreEntries(2, TestServer.entries(3, 3)));
            assertThat(server.raft.log().last()).isEqualTo(new Position(3, 3));
        }

        @Test
        void entriesThatAreThereAlreadyAndWhatFollowsThemStay() {
            var server = TestServer.with(2, 1, 1, 2, 2);
            var effects =
                    server.receive(
                            N2,
                            new AppendEntries(
                                    2, new Position(1, 1), TestServer.entries(2, 1, 2), 0, 0));
            assertThat(effects).doesNotHaveAnyElementsOfTypes(StoreEntries.class);
            assertThat(server.raft.log().lastIndex()).isEqualTo(4);
            assertThat(sent(effects)).containsExactly(new AppendAccepted(2, 3, 0));
        }

        @Test
        void aFollowerThatRefusesNamesTheConflictingTermAndItsFirstIndex() {
            var server = TestServer.with(4, 1, 2, 2, 2, 3);
            assertThat(
                            sent(
                                    server.receive(
                                            N2,
                                            new AppendEntries(
                                                    5, new Position(4, 4), List.of(), 0, 0))))
                    .containsExactly(new AppendRefused(5, 4, 2, 2, 0));
            assertThat(
                            sent(
                                    server.receive(
                                            N2,
                                            new AppendEntries(
                                                    5, new Position(9, 4), List.of(), 0, 0))))
                    .containsExactly(new AppendRefused(5, 9, 0, 6, 0));
        }

        @Test
        void s1_1_theLeaderPassesOverTheWholeConflictingTermAtOnce() {
            var server = TestServer.with(6, 1, 4, 4, 5, 5, 6);
            server.becomeLeader();
            var toShorterTerm = server.receive(N4, new AppendRefused(7, 6, 4, 2, 0));
            assertThat(sent(toShorterTerm))
                    .singleElement()
                    .extracting(m -> ((AppendEntries) m).previous())
                    .isEqualTo(new Position(3, 4));
            var toUnknownTerm = server.receive(N5, new AppendRefused(7, 6, 3, 2, 0));
            assertThat(sent(toUnknownTerm))
                    .singleElement()
                    .extracting(m -> ((AppendEntries) m).previous())
                    .isEqualTo(new Position(1, 1));
        }

        @Test
        void aLeaderNeverOverwritesOrDeletesEntriesOfItsOwnLog() {
            var server = TestServer.with(2, 1, 2);
            var effects = server.becomeLeader();
            assertThat(only(StoreEntries.class, effects))
                    .extracting(StoreEntries::afterIndex)
                    .containsExactly(2L);
        }
    }

    @Nested
    @DisplayName("§5.4 Safety")
    class Safety {
        @ParameterizedTest(name = "a log that ends at {0}:{1}")
        @CsvSource({"3, 2, true", "4, 2, true", "1, 3, true", "2, 2, false", "9, 1, false"})
        void aVoterDeniesItsVoteIfItsOwnLogIsMoreUpToDate(long index, long term, boolean granted) {
            var request = new RequestVote(4, new Position(index, term));
            assertThat(sent(TestServer.with(3, 1, 2, 2).receive(N2, request)))
                    .containsExactly(new Vote(4, granted));
        }

        @Test
        void onlyEntriesOfTheCurrentTermAreCommittedByCountingReplicas() {
            var server = TestServer.with(2, 1, 2);
            server.becomeLeader();
            assertThat(server.receive(N2, new AppendAccepted(3, 2, 0)))
                    .doesNotHaveAnyElementsOfTypes(Apply.class);
            assertThat(server.receive(N3, new AppendAccepted(3, 2, 0)))
                    .doesNotHaveAnyElementsOfTypes(Apply.class);
            assertThat(server.receive(N4, new AppendAccepted(3, 2, 0)))
                    .doesNotHaveAnyElementsOfTypes(Apply.class);
            assertThat(server.raft.commitIndex()).isZero();
        }

        @Test
        void anAnswerToTheLeaderOfAnEarlierTermCommitsNothing() {
            var server = TestServer.with(2, 1, 2);
            server.becomeLeader();
            server.receive(N2, new AppendAccepted(2, 3, 0));
            server.receive(N3, new AppendAccepted(2, 3, 0));
            assertThat(server.raft.commitIndex()).isZero();
        }
    }

    @Nested
    @DisplayName("§5.5 Crashes")
    class Crashes {
        @Test
        void requestsAreIdempotent() {
            var request = new AppendEntries(1, Position.START, TestServer.entries(1, 1, 1), 1, 0);
            var first = server.receive(N2, request);
            var second = server.receive(N2, request);
            assertThat(sent(second)).isEqualTo(sent(first));
            assertThat(second).hasSize(1);
        }
    }

    @Nested
    @DisplayName("§8 Client interaction; thesis §6.4 Reads")
    class Clients {
        @Test
        void aServerThatIsNotTheLeaderRejectsTheRequestAndNamesTheLeader() {
            assertThat(server.propose(1)).containsExactly(new Refused(1, null));
            server.receive(N4, new AppendEntries(1, Position.START, List.of(), 0, 0));
            assertThat(server.propose(2, 3))
                    .containsExactly(new Refused(2, N4), new Refused(3, N4));
            assertThat(server.step(new Read(List.of(4L)))).containsExactly(new Refused(4, N4));
        }

        @Test
        void aLeaderCommitsANoOpAtTheStartOfItsTerm() {
            var effects = server.becomeLeader();
            assertThat(effects).contains(new StoreEntries(0, TestServer.entries(1, 1)));
        }

        @Test
        void aReadWaitsForHeartbeatsWithAMajorityThatWereSentAfterItArrived() {
            server.becomeLeader();
            for (var follower : List.of(N2, N3))
                server.receive(follower, new AppendAccepted(1, 1, 0));

            assertThat(server.step(new Read(List.of(9L))))
                    .doesNotHaveAnyElementsOfTypes(ReadReady.class);
            assertThat(server.receive(N2, new AppendAccepted(1, 1, 0))).isEmpty();
            assertThat(server.receive(N3, new AppendAccepted(1, 1, 0))).isEmpty();
            assertThat(server.receive(N2, new AppendAccepted(1, 1, 1))).isEmpty();
            assertThat(server.receive(N2, new AppendAccepted(1, 1, 1))).isEmpty();
            assertThat(server.receive(N3, new AppendAccepted(1, 1, 1)))
                    .containsExactly(new ReadReady(9, 1));
        }

        @Test
        void aRefusalOfTheEntriesConfirmsTheLeadershipAsWell() {
            server.becomeLeader();
            for (var follower : List.of(N2, N3))
                server.receive(follower, new AppendAccepted(1, 1, 0));
            server.step(new Read(List.of(9L)));
            server.receive(N4, new AppendRefused(1, 0, 0, 1, 1));
            assertThat(server.receive(N5, new AppendRefused(1, 0, 0, 1, 1)))
                    .contains(new ReadReady(9, 1));
        }

        @Test
        void aNewLeaderServesNoReadBeforeItHasCommittedInItsTerm() {
            server.becomeLeader();
            server.step(new Read(List.of(9L)));
            server.receive(N2, new AppendAccepted(1, 0, 0));
            assertThat(server.receive(N3, new AppendAccepted(1, 0, 0)))
                    .doesNotHaveAnyElementsOfTypes(ReadReady.class);

            server.receive(N2, new AppendAccepted(1, 1, 0));
            server.receive(N3, new AppendAccepted(1, 1, 0));
            server.receive(N2, new AppendAccepted(1, 1, 1));
            assertThat(server.receive(N3, new AppendAccepted(1, 1, 1)))
                    .containsExactly(new ReadReady(9, 1));
        }

        /// A leader may be elected twice, and get the answer to a message of its former term only now.
        @Test
        void anAnswerToAMessageOfAnEarlierTermConfirmsNoLeadership() {
            var server = TestServer.with(3, 1);
            var late = new AppendEntries(1, Position.START, List.of(), 0, 9);
            assertThat(sent(server.receive(N2, late)))
                    .containsExactly(new AppendRefused(3, 0, 0, 2, 0));
            var chunk =
                    new InstallSnapshot(1, new Position(7, 1), MEMBERS, 0, Bytes.EMPTY, false, 9);
            assertThat(sent(server.receive(N2, chunk)))
                    .containsExactly(new SnapshotReceived(3, new Position(7, 1), 0, 0, 0));
        }

        @Test
        void aLeaderThatStepsDownRefusesTheReadsItHolds() {
            server.becomeLeader();
            server.step(new Read(List.of(8L)));
            for (var follower : List.of(N2, N3))
                server.receive(follower, new AppendAccepted(1, 1, 0));
            server.step(new Read(List.of(9L)));
            assertThat(server.receive(N5, new AppendEntries(2, Position.START, List.of(), 0, 0)))
                    .contains(new Refused(8, N5), new Refused(9, N5));
        }
    }

    @Nested
    @DisplayName("§7 Log compaction")
    class Snapshots {
        private final Position last = new Position(7, 2);

        private InstallSnapshot chunk(long offset, int data, boolean done) {
            return new InstallSnapshot(3, last, MEMBERS, offset, Bytes.of((byte) data), done, 0);
        }

        @Test
        void aSnapshotReplacesTheEntireLog() {
            var server = TestServer.with(3, 1, 1, 3);
            assertThat(server.receive(N2, chunk(0, 5, true)))
                    .contains(new Install(new Snapshot(last, MEMBERS, Bytes.of((byte) 5))))
                    .endsWith(new Send(N2, new AppendAccepted(3, 7, 0)));
            assertThat(server.raft.log().base()).isEqualTo(last);
            assertThat(server.raft.log().lastIndex()).isEqualTo(7);
            assertThat(server.raft.commitIndex()).isEqualTo(7);
        }

        @Test
        void ifTheLogHoldsItsLastEntryWhatFollowsThatIsRetained() {
            var server = TestServer.with(3, 1, 1, 2, 2, 2, 2, 2, 3);
            var effects = server.receive(N2, chunk(0, 5, true));
            assertThat(only(Apply.class, effects)).hasSize(7);
            assertThat(effects).doesNotHaveAnyElementsOfTypes(Install.class);
            assertThat(server.raft.log().lastIndex()).isEqualTo(8);
        }

        @Test
        void chunksAreTakenInTheirOrderAndTheAnswerSaysWhereToGoOn() {
            var server = TestServer.with(3, 1);
            assertThat(sent(server.receive(N2, chunk(1, 6, true))))
                    .containsExactly(new SnapshotReceived(3, last, 1, 0, 0));
            assertThat(sent(server.receive(N2, chunk(0, 5, false))))
                    .containsExactly(new SnapshotReceived(3, last, 0, 1, 0));
            assertThat(sent(server.receive(N2, chunk(0, 5, false))))
                    .containsExactly(new SnapshotReceived(3, last, 0, 1, 0));
            assertThat(server.receive(N2, chunk(1, 6, true)))
                    .contains(
                            new Install(new Snapshot(last, MEMBERS, Bytes.of((byte) 5, (byte) 6))));
        }

        @Test
        void aSnapshotOfAnotherLeaderIsAnotherSnapshot() {
            var server = TestServer.with(3, 1);
            server.receive(N2, chunk(0, 5, false));
            var others = new InstallSnapshot(4, last, MEMBERS, 1, Bytes.of((byte) 6), true, 0);
            assertThat(sent(server.receive(N3, others)))
                    .containsExactly(new SnapshotReceived(4, last, 1, 0, 0));
        }

        @Test
        void aStaleTermIsAnsweredWithTheCurrentOneAndNothingIsTaken() {
            var server = TestServer.with(4, 1);
            assertThat(server.receive(N2, chunk(0, 5, true)))
                    .containsExactly(new Send(N2, new SnapshotReceived(4, last, 0, 0, 0)));
        }

        @Test
        void aServerThatStartsKnowsItsSnapshotToBeCommitted() {
            var server =
                    new TestServer(
                            new Persisted(
                                    3,
                                    null,
                                    new Snapshot(last, MEMBERS, Bytes.EMPTY),
                                    TestServer.entries(8, 2, 3)),
                            1);
            assertThat(server.raft.commitIndex()).isEqualTo(7);
            assertThat(server.raft.log().last()).isEqualTo(new Position(9, 3));
            assertThat(
                            sent(
                                    server.receive(
                                            N2,
                                            new AppendEntries(
                                                    3, new Position(9, 3), List.of(), 9, 0))))
                    .containsExactly(new AppendAccepted(3, 9, 0));
        }

        @Test
        void theSnapshotKeepsTheFollowerFromStandingForElection() {
            var server = TestServer.with(3, 1);
            for (int i = 0; i < 20; i++) {
                server.tick(TestServer.SETTINGS.electionTicksMin() - 1);
                server.receive(N2, chunk(0, 5, false));
            }
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
            assertThat(server.raft.leader()).contains(N2);
        }
    }

    @Nested
    @DisplayName("thesis §3.10 Leadership transfer")
    class LeadershipTransfer {
        private final Position last = new Position(1, 1);

        private void lead() {
            server.becomeLeader();
            for (var follower : List.of(N2, N3))
                server.receive(follower, new AppendAccepted(1, 1, 0));
        }

        @Test
        void theLeaderStopsAcceptingCommandsAndTellsATargetThatHasCaughtUp() {
            lead();
            assertThat(server.step(new TransferLeadership(7, N2)))
                    .containsExactly(new Send(N2, new TimeoutNow(1)));
            assertThat(server.propose(8)).containsExactly(new Refused(8, N1));
        }

        @Test
        void aTargetThatHasNotCaughtUpIsToldWhenItHas() {
            lead();
            assertThat(server.step(new TransferLeadership(7, N4))).isEmpty();
            assertThat(server.receive(N4, new AppendAccepted(1, 1, 0)))
                    .contains(new Send(N4, new TimeoutNow(1)));
        }

        @Test
        void theTargetStandsForElectionAtOnce() {
            server.receive(
                    N2, new AppendEntries(1, Position.START, TestServer.entries(1, 1), 0, 0));
            var effects = server.receive(N2, new TimeoutNow(1));
            assertThat(effects).startsWith(new SaveVote(2, N1));
            assertThat(sent(effects))
                    .contains(new RequestVote(2, last, true))
                    .endsWith(new Candidacy(2));
        }

        @Test
        void anyoneElsesWordIsNotTaken() {
            server.receive(
                    N2, new AppendEntries(1, Position.START, TestServer.entries(1, 1), 0, 0));
            assertThat(server.receive(N3, new TimeoutNow(1)))
                    .containsExactly(new Send(N3, new Candidacy(1)));
            assertThat(server.receive(N2, new TimeoutNow(0)))
                    .containsExactly(new Send(N2, new Candidacy(1)));
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void theOldLeaderStepsDownWhenItHearsOfTheNewTerm() {
            lead();
            server.step(new TransferLeadership(7, N2));
            assertThat(server.receive(N2, new Candidacy(2))).contains(new TransferEnded(7, true));
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void ifItDoesNotComeAboutWithinAnElectionTimeoutTheLeaderResumes() {
            lead();
            server.step(new TransferLeadership(7, N4));
            var effects = new ArrayList<Effect>();
            for (int i = 0; i < TestServer.SETTINGS.electionTicksMax(); i++) {
                effects.addAll(server.tick(1));
                for (var follower : List.of(N2, N3))
                    server.receive(follower, new AppendAccepted(1, 1, 0));
            }
            assertThat(effects).contains(new TransferEnded(7, false));
            assertThat(server.propose(8)).contains(new Accepted(8, 2, 1));
        }
    }

    @Nested
    @DisplayName("Thesis §6.4.1 Reads under a lease")
    class Leases {
        /// Eight ticks of 10 ms, divided by 1.25.
        private static final long LEASE_NANOS = 64_000_000;

        private static final Settings LEASES = TestServer.SETTINGS.withLeases(0.25);

        private final TestServer server = leased(Persisted.NOTHING);

        private static TestServer leased(Persisted persisted) {
            return new TestServer(MEMBERS, LEASES, persisted, 1);
        }

        private void leadAndHearFromAMajority() {
            server.tick(LEASES.electionTicksMin());
            server.becomeLeader();
            server.nanos = 5_000_000_000L;
            server.tick(LEASES.heartbeatTicks());
            server.nanos += 1_000_000;
            for (var follower : List.of(N2, N3))
                server.receive(follower, new AppendAccepted(1, 1, 1));
        }

        private List<Effect> readAfterTheHeartbeatBy(long nanos) {
            server.nanos = 5_000_000_000L + nanos;
            return server.step(new Read(List.of(9L)));
        }

        @Test
        void aLeaderServesReadsAtOnceUntilItsLeaseIsOver() {
            leadAndHearFromAMajority();
            assertThat(readAfterTheHeartbeatBy(LEASE_NANOS - 1))
                    .containsExactly(new ReadReady(9, 1));
            assertThat(readAfterTheHeartbeatBy(LEASE_NANOS))
                    .doesNotHaveAnyElementsOfTypes(ReadReady.class)
                    .hasSize(4);
        }

        @Test
        void aHeartbeatThatAMinorityAnsweredRenewsNothing() {
            leadAndHearFromAMajority();
            server.nanos = 5_000_000_000L + LEASE_NANOS / 2;
            server.tick(LEASES.heartbeatTicks());
            server.receive(N2, new AppendAccepted(1, 1, 2));
            assertThat(readAfterTheHeartbeatBy(LEASE_NANOS))
                    .doesNotHaveAnyElementsOfTypes(ReadReady.class);
        }

        @Test
        void aLeaderThatToldAnotherToStandHasNoLeaseEvenIfThatComesToNothing() {
            leadAndHearFromAMajority();
            assertThat(server.step(new TransferLeadership(7, N2)))
                    .contains(new Send(N2, new TimeoutNow(1)));
            assertThat(readAfterTheHeartbeatBy(2_000_000))
                    .doesNotHaveAnyElementsOfTypes(ReadReady.class);
            for (int i = 0; i < LEASES.electionTicksMax(); i++) {
                server.tick(1);
                for (var follower : List.of(N2, N3))
                    server.receive(follower, new AppendAccepted(1, 1, 2));
            }
            assertThat(server.raft.role()).isEqualTo(Role.LEADER);
            assertThat(server.propose(8)).contains(new Accepted(8, 2, 1));
            assertThat(server.step(new Read(List.of(10L))))
                    .doesNotHaveAnyElementsOfTypes(ReadReady.class);
        }

        @Test
        void aLeaderDoesNotHearACandidateUnlessAnotherWasToldToStand() {
            leadAndHearFromAMajority();
            var last = new Position(1, 1);
            assertThat(sent(server.receive(N4, new RequestVote(2, last))))
                    .containsExactly(new Vote(1, false));
            assertThat(server.raft.role()).isEqualTo(Role.LEADER);
            assertThat(sent(server.receive(N4, new RequestVote(2, last, true))))
                    .containsExactly(new Vote(2, true));
        }

        @Test
        void aVoterThatHasHeardFromALeaderWaitsForTheShortestTimeout() {
            server.receive(N2, new AppendEntries(1, Position.START, List.of(), 0, 0));
            // The term moves on, and the leader is forgotten: the lease is not.
            server.receive(N3, new PreVote(2, 1, false));
            server.tick(LEASES.electionTicksMin() - 1);
            assertThat(sent(server.receive(N4, new RequestVote(3, Position.START))))
                    .containsExactly(new Vote(2, false));
            server.tick(1);
            assertThat(sent(server.receive(N4, new RequestVote(3, Position.START))))
                    .containsExactly(new Vote(3, true));
        }

        @Test
        void aServerThatWasStartedDoesNotKnowWhatItHasAnsweredAndWaits() {
            var restarted = leased(new Persisted(1, null, List.of()));
            restarted.tick(LEASES.electionTicksMin() - 1);
            assertThat(sent(restarted.receive(N4, new RequestVote(2, Position.START))))
                    .containsExactly(new Vote(1, false));
            assertThat(sent(restarted.receive(N4, new RequestPreVote(1, Position.START))))
                    .containsExactly(new PreVote(1, 1, false));
            restarted.tick(1);
            assertThat(sent(restarted.receive(N4, new RequestVote(2, Position.START))))
                    .containsExactly(new Vote(2, true));
        }
    }

    @Nested
    @DisplayName("What is not committed is bounded")
    class PushBack {
        private static final int ROOM = 60;

        private final TestServer server =
                new TestServer(
                        MEMBERS,
                        TestServer.SETTINGS.withUncommittedBytes(ROOM),
                        Persisted.NOTHING,
                        1);

        @Test
        void aLeaderThatCannotCommitTakesCommandsUpToTheBoundAndThenAgainWhenItCan() {
            server.becomeLeader();
            // The no-op and each command take up some 25 bytes.
            var effects = server.propose(1, 2, 3);
            assertThat(only(Accepted.class, effects))
                    .extracting(Accepted::requestId)
                    .containsExactly(1L, 2L);
            assertThat(effects).contains(new Refused(3, N1));
            assertThat(server.propose(4)).containsExactly(new Refused(4, N1));

            server.receive(N2, new AppendAccepted(1, 3, 0));
            server.receive(N3, new AppendAccepted(1, 3, 0));

            assertThat(only(Accepted.class, server.propose(5))).hasSize(1);
        }
    }

    @Nested
    @DisplayName("thesis §4 Cluster membership changes")
    class MembershipChanges {
        private static final NodeId N6 = new NodeId("n6");
        private static final Addresses AT6 = new Addresses("h6:7001", "h6:8081");

        private final Change addN6 = new Change.Add(N6, AT6);
        private final Change removeN5 = new Change.Remove(N5);

        private static List<Entry> configurations(List<Effect> effects) {
            return only(StoreEntries.class, effects)
                    .flatMap(store -> store.entries().stream())
                    .filter(entry -> entry.kind() == Entry.Kind.CONFIGURATION)
                    .toList();
        }

        private static AppendEntries append(long term, Position previous, Membership... members) {
            var entries = new ArrayList<Entry>();
            for (var one : members)
                entries.add(
                        new Entry(
                                previous.index() + 1 + entries.size(),
                                term,
                                Entry.Kind.CONFIGURATION,
                                one.bytes()));
            return new AppendEntries(term, previous, entries, 0, 0);
        }

        /// n1 leads, and its no-op is committed.
        private void lead() {
            server.becomeLeader();
            acknowledge(1, N2, N3);
        }

        private List<Effect> acknowledge(long match, NodeId... nodes) {
            var effects = new ArrayList<Effect>();
            for (var node : nodes)
                effects.addAll(server.receive(node, new AppendAccepted(1, match, 0)));
            return effects;
        }

        @Test
        void aServerUsesTheLatestConfigurationInItsLogCommittedOrNot() {
            server.receive(N2, append(1, Position.START, MEMBERS.without(N5)));
            assertThat(server.raft.members().voters()).containsExactly(N1, N2, N3, N4);
        }

        @Test
        void aConfigurationWhoseEntryIsCutOffIsUndone() {
            server.receive(N2, append(1, Position.START, MEMBERS.without(N5)));
            var effects =
                    server.receive(
                            N3,
                            new AppendEntries(2, Position.START, TestServer.entries(1, 2), 0, 0));
            assertThat(effects).contains(new Configured(Position.START, MEMBERS));
            assertThat(server.raft.members()).isEqualTo(MEMBERS);
        }

        /// The members are the same, and yet the entry that they come from is another.
        @Test
        void aConfigurationThatTakesThePlaceOfAnotherIsTold() {
            server.receive(N2, append(1, Position.START, MEMBERS.without(N5)));
            assertThat(server.receive(N3, append(2, Position.START, MEMBERS.without(N5))))
                    .contains(new Configured(new Position(1, 2), MEMBERS.without(N5)));
        }

        @Test
        void requestsAreTakenFromServersThatTheConfigurationDoesNotName() {
            assertThat(sent(server.receive(N6, append(1, Position.START, MEMBERS))))
                    .containsExactly(new AppendAccepted(1, 1, 0));
            assertThat(sent(server.receive(N6, new RequestVote(2, new Position(1, 1)))))
                    .containsExactly(new Vote(2, true));
        }

        @Test
        void aLeaderChangesNothingBeforeItHasCommittedAnEntryOfItsTerm() {
            server.becomeLeader();
            assertThat(configurations(server.change(7, removeN5))).isEmpty();
            assertThat(configurations(acknowledge(1, N2, N3)))
                    .extracting(Entry::payload)
                    .containsExactly(MEMBERS.without(N5).bytes());
        }

        @Test
        void thereIsOneChangeAtATimeAndTheNextFollowsWhenThatIsCommitted() {
            lead();
            assertThat(configurations(server.change(7, removeN5))).hasSize(1);
            assertThat(configurations(server.change(8, new Change.Remove(N4)))).isEmpty();

            var effects = acknowledge(2, N2, N3);

            assertThat(effects).contains(new MembershipChanged(7, MEMBERS.without(N5)));
            assertThat(configurations(effects))
                    .extracting(Entry::payload)
                    .containsExactly(MEMBERS.without(N5).without(N4).bytes());
        }

        @Test
        void aNewServerLearnsFirstAndItsAcknowledgementsCountForNothing() {
            lead();
            server.change(7, addN6);
            assertThat(server.raft.members()).isEqualTo(MEMBERS.withLearner(N6, AT6));
            assertThat(only(Apply.class, acknowledge(2, N2, N6))).isEmpty();
            assertThat(only(Apply.class, acknowledge(2, N3))).hasSize(1);
        }

        @Test
        void aLearnerVotesWhenItHasCaughtUpWithinAnElectionTimeout() {
            lead();
            server.change(7, addN6);
            acknowledge(2, N2, N3);

            assertThat(configurations(acknowledge(2, N6)))
                    .extracting(Entry::payload)
                    .containsExactly(MEMBERS.withLearner(N6, AT6).withVoter(N6).bytes());
            assertThat(acknowledge(3, N2, N3, N4))
                    .contains(new MembershipChanged(7, MEMBERS.withLearner(N6, AT6).withVoter(N6)));
        }

        @Test
        void aRoundThatTookLongerIsFollowedByAnother() {
            lead();
            server.change(7, addN6);
            acknowledge(2, N2, N3);
            for (int i = 0; i < TestServer.SETTINGS.electionTicksMin(); i++) {
                server.tick(1);
                acknowledge(2, N2, N3);
            }
            server.propose(1);
            assertThat(configurations(acknowledge(2, N6))).isEmpty();
            assertThat(configurations(acknowledge(3, N2, N3, N6))).hasSize(1);
        }

        @Test
        void aLeaderThatIsRemovedDoesNotCountItselfAndStepsDownWhenThatIsCommitted() {
            lead();
            server.change(7, new Change.Remove(N1));
            assertThat(server.raft.role()).isEqualTo(Role.LEADER);
            assertThat(only(Apply.class, acknowledge(2, N2, N3))).isEmpty();

            var effects = acknowledge(2, N4);

            assertThat(effects).contains(new MembershipChanged(7, MEMBERS.without(N1)));
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
            server.tick(3 * TestServer.SETTINGS.electionTicksMax());
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void aServerThatIsBeingRemovedStandsAsLongAsItDoesNotKnowThatToBeCommitted() {
            server.receive(N2, append(1, Position.START, MEMBERS.without(N1)));
            server.becomePreCandidate();
            server.receive(N2, new PreVote(1, 1, true));
            server.receive(N3, new PreVote(1, 1, true));
            assertThat(server.raft.role())
                    .as("it does not count itself")
                    .isEqualTo(Role.PRE_CANDIDATE);
            server.receive(N4, new PreVote(1, 1, true));
            assertThat(server.raft.role()).isEqualTo(Role.CANDIDATE);

            server.receive(N2, new AppendEntries(2, new Position(1, 1), List.of(), 1, 0));
            server.tick(3 * TestServer.SETTINGS.electionTicksMax());
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void aServerThatWaitsToBeAddedDoesNotStandAndFollowsWhoeverAddsIt() {
            var server = new TestServer(Membership.NONE, Persisted.NOTHING, 1);
            assertThat(server.tick(3 * TestServer.SETTINGS.electionTicksMax())).isEmpty();

            server.receive(N2, append(1, Position.START, MEMBERS.without(N1)));
            server.tick(3 * TestServer.SETTINGS.electionTicksMax());

            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
            assertThat(server.raft.members()).isEqualTo(MEMBERS.without(N1));
        }

        @Test
        void aServerThatWasRemovedHearsOfItForOneMoreElectionTimeout() {
            lead();
            server.change(7, removeN5);
            acknowledge(2, N2, N3);
            assertThat(only(Send.class, server.tick(3)))
                    .extracting(Send::to)
                    .containsExactly(N2, N3, N4, N5);
            for (int i = 0; i < TestServer.SETTINGS.electionTicksMax(); i++) {
                server.tick(1);
                acknowledge(2, N2, N3);
            }
            assertThat(only(Send.class, server.tick(3))).extracting(Send::to).doesNotContain(N5);
        }

        @Test
        void whatCannotBeIsRefusedWithAReason() {
            lead();
            assertThat(server.change(7, new Change.Add(N2, AT6)))
                    .contains(new MembershipRefused(7, "n2 is a member already"));
            assertThat(server.change(8, new Change.Remove(N6)))
                    .contains(new MembershipRefused(8, "n6 is not a member"));
            server.change(9, addN6);
            acknowledge(2, N2, N3);
            assertThat(server.change(10, addN6))
                    .contains(new MembershipRefused(10, "n6 is being added already"));
            assertThat(server.change(11, new Change.Remove(N6)))
                    .contains(new MembershipRefused(9, "n6 was removed before it had caught up"));
        }

        @Test
        void theLastVoterStays() {
            var server = new TestServer(new Membership(List.of(N1)), Persisted.NOTHING, 1);
            server.tick(TestServer.SETTINGS.electionTicksMax());
            assertThat(server.change(7, new Change.Remove(N1)))
                    .contains(new MembershipRefused(7, "n1 is the last voter"));
        }

        @Test
        void aLeaderThatStepsDownRefusesWhatItHasNotBegunAndDoesNotKnowOfTheRest() {
            lead();
            server.change(7, removeN5);
            server.change(8, addN6);
            var effects = server.receive(N2, new AppendEntries(9, Position.START, List.of(), 0, 0));
            assertThat(effects).contains(new MembershipUnknown(7), new Refused(8, N2));
        }

        @Test
        void anyoneElseRefusesAndNamesTheLeader() {
            server.receive(N2, new AppendEntries(1, Position.START, List.of(), 0, 0));
            assertThat(server.change(7, addN6)).containsExactly(new Refused(7, N2));
        }

        @Test
        void aSnapshotHoldsTheConfigurationAsOfItsLastEntry() {
            var last = new Position(7, 2);
            var without = MEMBERS.without(N5);
            server.receive(
                    N2, new InstallSnapshot(3, last, without, 0, Bytes.of((byte) 5), true, 0));
            assertThat(server.raft.members()).isEqualTo(without);

            var persisted =
                    new Persisted(3, null, new Snapshot(last, without, Bytes.EMPTY), List.of());
            assertThat(new TestServer(persisted, 1).raft.members()).isEqualTo(without);
        }

        @Test
        void aConfigurationInAnEntryIsTheOneThatWasPutThere() {
            var members = MEMBERS.withLearner(N6, AT6);
            assertThat(Membership.of(members.bytes())).isEqualTo(members);
            assertThat(members).hasToString("n1 n2 n3 n4 n5, learning n6");
        }
    }

    @Nested
    @DisplayName("thesis §6.2 A leader that has lost its majority")
    class CheckQuorum {
        @Test
        void stepsDownIfAnElectionTimeoutElapsesWithoutAnAnswerOfAMajority() {
            server.becomeLeader();
            server.tick(TestServer.SETTINGS.electionTicksMax() - 1);
            server.receive(N2, new AppendAccepted(1, 1, 0));
            assertThat(server.raft.role()).isEqualTo(Role.LEADER);
            server.tick(1);
            assertThat(server.raft.role()).isEqualTo(Role.FOLLOWER);
            assertThat(server.raft.term()).isEqualTo(1);
            assertThat(server.raft.leader()).isEmpty();
        }

        @Test
        void leadsOnAsLongAsAMajorityAnswersWhateverItSays() {
            server.becomeLeader();
            for (int i = 0; i < 20; i++) {
                server.tick(TestServer.SETTINGS.electionTicksMax() - 1);
                server.receive(N2, new AppendRefused(1, 0, 0, 1, 0));
                server.receive(N3, new AppendAccepted(1, 0, 0));
            }
            assertThat(server.raft.role()).isEqualTo(Role.LEADER);
        }
    }

    @Nested
    @DisplayName("thesis §9.6 Pre-vote")
    class PreVotes {
        @Test
        void aCandidateOnlyIncrementsItsTermOnceAMajorityWouldVoteForIt() {
            server.becomePreCandidate();
            server.receive(N2, new PreVote(0, 0, true));
            server.tick(200);
            assertThat(server.raft.term()).isZero();
            server.receive(N2, new PreVote(0, 0, true));
            server.receive(N3, new PreVote(0, 0, true));
            assertThat(server.raft.term()).isEqualTo(1);
        }

        @Test
        void aServerThatHasHeardFromALeaderWithinTheMinimumTimeoutRefuses() {
            server.receive(N2, new AppendEntries(1, Position.START, List.of(), 0, 0));
            var request = new RequestPreVote(1, Position.START);
            server.tick(TestServer.SETTINGS.electionTicksMin() - 1);
            assertThat(sent(server.receive(N3, request))).containsExactly(new PreVote(1, 1, false));
            server.tick(1);
            assertThat(sent(server.receive(N3, request))).containsExactly(new PreVote(1, 1, true));
        }

        @Test
        void aLeaderRefuses() {
            server.becomeLeader();
            assertThat(sent(server.receive(N3, new RequestPreVote(1, new Position(9, 9)))))
                    .containsExactly(new PreVote(1, 1, false));
        }

        @Test
        void askingMovesNobodysTermAndBindsNobody() {
            var effects = server.receive(N2, new RequestPreVote(7, Position.START));
            assertThat(effects).containsExactly(new Send(N2, new PreVote(0, 7, true)));
            assertThat(sent(server.receive(N3, new RequestPreVote(7, Position.START))))
                    .containsExactly(new PreVote(0, 7, true));
            assertThat(server.raft.term()).isZero();
        }

        @Test
        void theLogMustBeUpToDateAsForAVote() {
            assertThat(
                            sent(
                                    TestServer.with(3, 1, 2, 2)
                                            .receive(
                                                    N2, new RequestPreVote(3, new Position(2, 2)))))
                    .containsExactly(new PreVote(3, 3, false));
        }
    }
}
