package dev.ordeal.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.AdminRequest.AddMember;
import dev.ordeal.node.rpc.AdminRequest.RemoveMember;
import dev.ordeal.node.rpc.Request.Append;
import dev.ordeal.node.rpc.Request.Read;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.Response.Done;
import dev.ordeal.node.rpc.Response.Refused;
import dev.ordeal.node.server.Members.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers come and go, as processes (S1.4).
class MembershipIT {
    @TempDir Path directory;

    private static AddMember add(Member member) {
        return new AddMember(
                member.name,
                new Addresses("127.0.0.1:" + member.peerPort, "127.0.0.1:" + member.clientPort));
    }

    private static List<String> voters(Members members, Member of) throws Exception {
        return members.standing(of).members().voters().stream().map(NodeId::name).toList();
    }

    @Test
    void s1_4_serversAreAddedSeveralAtOnceAndRemovedTheLeaderToo() throws Exception {
        try (Members members = new Members(3, directory, "--snapshot-entries", "20")) {
            members.start(members.all());
            Member leader = members.leader(members.all());
            for (int i = 1; i <= 50; i++) {
                assertThat(members.call(leader, new Append("c1", i, "k", "e" + i)))
                        .isInstanceOf(Done.class);
            }
            List<Member> added = List.of(members.joining(), members.joining());

            var answers = new ArrayList<CompletableFuture<Response>>();
            for (Member one : added) {
                var answer = new CompletableFuture<Response>();
                leader.client().administer(add(one), Duration.ofSeconds(60), answer::complete);
                answers.add(answer);
            }
            for (var answer : answers) {
                assertThat(Members.await(answer)).isInstanceOf(Done.class);
            }
            assertThat(voters(members, leader)).containsExactly("n1", "n2", "n3", "n4", "n5");
            assertThat(members.leader(members.all())).isSameAs(leader);

            assertThat(members.administer(leader, new RemoveMember(leader.name)))
                    .isInstanceOf(Done.class);
            List<Member> rest = new ArrayList<>(members.all());
            rest.remove(leader);
            Member next = members.leader(rest);
            assertThat(voters(members, next)).doesNotContain(leader.name).hasSize(4);
            assertThat(members.get(leader, "/status")).contains("\"role\":\"follower\"");
            // It made them one by one, and wrote its streams out when it stepped down. A follower
            // that gets two in one message tells the second only.
            assertThat(configurations(leader, "events.jsonl"))
                    .as("what it tells that it goes by is what it applies")
                    .hasSizeGreaterThanOrEqualTo(5)
                    .endsWith(String.join(" ", voters(members, next)))
                    .isEqualTo(configurations(leader, "applied.jsonl"));

            // The machine of n4 goes down; it comes back with what it knows, and needs no flag that
            // names the others.
            members.kill(List.of(added.getFirst()));
            members.start(List.of(added.getFirst()));
            assertThat(members.leader(rest)).isNotNull();
            assertThat(members.until(added.getFirst(), new Read("k"), Done.class::isInstance))
                    .isInstanceOfSatisfying(
                            Done.class, done -> assertThat(done.elements()).hasSize(50));
        }
    }

    @Test
    void whatCannotBeDoneIsRefusedAndSaysWhy() throws Exception {
        try (Members members = new Members(1, directory)) {
            members.start(members.all());
            Member only = members.leader(members.all());
            assertThat(refusal(members, only, new RemoveMember("n1"))).contains("the last voter");
            assertThat(refusal(members, only, new RemoveMember("n7"))).contains("not a member");
            assertThat(refusal(members, only, add(only))).contains("a member already");
            assertThat(members.response(only, "/remove?name=n7").statusCode()).isEqualTo(409);
            assertThat(members.response(only, "/add?name=n7&peer=here").body())
                    .contains("HOST:PORT, not 'here'");
        }
    }

    /// The members that a node's stream names, one after the other, each once: a first entry that a later leader replaced names
    /// the same again.
    private static List<String> configurations(Member member, String stream) throws IOException {
        try (Stream<String> lines = Files.lines(member.directory.resolve(stream))) {
            return lines.filter(line -> line.contains("\"configuration\""))
                    .map(line -> line.replaceAll(".*\"members\":\"([^\"]*)\".*", "$1"))
                    .distinct()
                    .toList();
        }
    }

    private static String refusal(
            Members members, Member member, dev.ordeal.node.rpc.AdminRequest request)
            throws InterruptedException {
        return ((Refused) members.administer(member, request)).reason();
    }
}
