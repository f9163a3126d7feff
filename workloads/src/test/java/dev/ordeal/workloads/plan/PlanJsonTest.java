package dev.ordeal.workloads.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PlanJsonTest {
    private static final int DRAWS = 100;

    private static Scenario scenario(RandomGenerator random) {
        int nodes = 2 + random.nextInt(4);
        RunSpec spec =
                new RunSpec(
                        Workload.all().get(random.nextInt(Workload.all().size())),
                        Fault.all().stream().filter(fault -> random.nextBoolean()).toList(),
                        Duration.ofMillis(1_000 + random.nextInt(3_000)),
                        random.nextLong(),
                        nodes,
                        nodes + random.nextInt(10),
                        1 + 50 * random.nextDouble(),
                        1 + random.nextInt(5),
                        Duration.ofMillis(200 + random.nextInt(1_000)),
                        random.nextBoolean() ? ClusterKind.SIM : ClusterKind.DOCKER,
                        random.nextBoolean() ? null : "local-read",
                        random.nextBoolean(),
                        false);
        Scenario scenario = Scenario.of(spec, Conditions.drawn(random));
        if (nodes > 2 && random.nextBoolean()) {
            Link link = new Link(new NodeId("n3"), new NodeId("n1"));
            scenario =
                    scenario.delivering(
                            List.of(
                                    new Delivery(link, 3, List.of()),
                                    new Delivery(link, 14, List.of(7L, 340_000_000L))));
        }
        return random.nextBoolean() ? scenario : resolved(scenario, random);
    }

    /// With victims for its strikes, where the cluster is large enough for them.
    private static Scenario resolved(Scenario scenario, RandomGenerator random) {
        List<NodeId> nodes = NodeId.first(scenario.spec().nodes());
        List<Strike> strikes = new ArrayList<>();
        for (Strike strike : scenario.plan().strikes()) {
            Wound.resolve(strike.fault(), nodes, Optional.of(nodes.getLast()), random)
                    .ifPresent(wound -> strikes.add(strike.resolved(strike.atNanos() + 1, wound)));
        }
        return scenario.withStrikes(strikes);
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        int strikes = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            Scenario scenario = scenario(new SplittableRandom(draw));
            strikes += scenario.plan().strikes().size();
            assertThat(PlanJson.read(PlanJson.write(scenario))).isEqualTo(scenario);
        }
        assertThat(strikes).isGreaterThan(DRAWS / 2);
    }

    /// A kind of fault that is new is written and read like the others.
    @Test
    void everyFaultCanBeWrittenWithItsVictims() {
        List<NodeId> nodes = NodeId.first(5);
        List<Strike> strikes = new ArrayList<>();
        for (Fault fault : Fault.all()) {
            Wound wound =
                    Wound.resolve(
                                    fault,
                                    nodes,
                                    Optional.of(nodes.getFirst()),
                                    new SplittableRandom(7))
                            .orElseThrow();
            strikes.add(new Strike(strikes.size(), 5L * strikes.size(), 5, fault, 7, wound));
        }
        Scenario scenario =
                Scenario.of(spec(5, Duration.ofSeconds(1)), Conditions.calm()).withStrikes(strikes);
        assertThat(PlanJson.read(PlanJson.write(scenario))).isEqualTo(scenario);
    }

    private static RunSpec spec(int nodes, Duration time) {
        return new RunSpec(
                Workload.named("register").orElseThrow(),
                Fault.parse("kill"),
                time,
                42,
                nodes,
                2 * nodes,
                5,
                2,
                Duration.ofSeconds(1),
                ClusterKind.SIM,
                null,
                true,
                false);
    }

    private static Scenario small() {
        Scenario scenario = Scenario.of(spec(3, Duration.ofSeconds(2)), Conditions.calm());
        Strike first = scenario.plan().strikes().getFirst();
        Strike resolved =
                first.resolved(first.atNanos(), new Wound.Killed(List.of(new NodeId("n2"))));
        Link link = new Link(new NodeId("n2"), new NodeId("n1"));
        Scenario disturbed =
                scenario.delivering(
                        List.of(
                                new Delivery(link, 5, List.of()),
                                new Delivery(link, 6, List.of())));
        return disturbed.with(
                new RunPlan(
                        scenario.plan().arrivals().subList(0, 2),
                        List.of(resolved),
                        scenario.plan().demands().subList(0, 2),
                        scenario.plan().finalReads()));
    }

    @Test
    void aPersonCanReadIt() {
        assertThat(PlanJson.write(small()).lines())
                .hasSizeLessThan(50)
                .contains("{", "  \"version\": 2,", "    \"workload\": \"register\",")
                .anyMatch(line ->
                        line.startsWith("    {\"id\": 1, \"atNanos\": ")
                                && line.contains("\"fault\": \"kill ")
                                && line.endsWith(
                                        "\"wound\": {\"kind\": \"killed\", \"nodes\": [\"n2\"]}}"));
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                arguments("\"version\": 2", "\"version\": 3", "version 3"),
                arguments("\"version\": 2,", "", "does not begin with its version"),
                arguments("\"register\"", "\"registre\"", "spec.workload: there is no workload"),
                arguments("\"register\"", "null", "spec.workload: "),
                arguments("\"nodes\": 3", "\"nodes\": 12", "spec: --nodes must be 1 to 9, not 12"),
                arguments("\"nodes\": 3", "\"nodes\": 1", "strike 1 hits [n2]"),
                arguments("\"nodes\": 3", "\"nodes\": 3.5", "spec.nodes: "),
                arguments("\"nodes\": 3", "\"nodes\": null", "spec.nodes: "),
                arguments("\"nodes\": 3", "\"nodes\": \"3\"", "spec.nodes: "),
                arguments("\"nodes\": 3,", "", "spec.nodes: 'nodes' is missing"),
                arguments("\"nodes\": 3", "\"nodes\": 3, \"knots\": 3", "spec.knots: Unrecognized"),
                arguments("\"kill ", "\"kil ", "there is no fault"),
                arguments("\"PT2S\"", "\"2s\"", "spec.time: "),
                arguments("[\"n2\"]", "[]", "strikes[0].wound: a wound without victims"),
                arguments("[\"n2\"]", "[null]", "strikes[0].wound.nodes"),
                arguments("\"killed\"", "\"slain\"", "strikes[0].wound: "),
                arguments("\"electionTicksMin\": 15", "\"electionTicksMin\": 1", "leaves no room"),
                arguments("\"number\": 6", "\"number\": 5", "in the order of their numbers"),
                arguments("\"number\": 5", "\"number\": 0", "numbered from 1"),
                arguments("\"to\": \"n1\"", "\"to\": \"n4\"", "no such link"),
                arguments("\"takesNanos\": []", "\"takesNanos\": [-1]", "before it was sent"),
                arguments("\"demands\": [", "\"demands\": [null, ", "demands"),
                arguments("\"finalReads\": [", "\"finalReads\": [{\"f\": \"write\"}, ", "finalR"),
                arguments("\"version\"", "{\"version\"", "this is not a plan"),
                arguments("{\n", "", "this is not a plan"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatIsWrongIsSaidInOneLine(String instead, String of, String said) {
        String good = PlanJson.write(small());
        assertThat(good).contains(instead);
        String bad = good.replaceFirst(java.util.regex.Pattern.quote(instead), of);
        assertThatThrownBy(() -> PlanJson.read(bad))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(said)
                .doesNotContain("\n");
    }

    /// Whatever stands in the file, it is read or refused, and what is read can be written again.
    @Test
    void noisyFilesAreReadOrRefused() {
        String good = PlanJson.write(small());
        RandomGenerator random = new SplittableRandom(11);
        String noise = "0123456789\"{}[],:.-neul \n\\\u00e9";
        int refused = 0;
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int change = 0; change <= random.nextInt(3); change++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, noise.charAt(random.nextInt(noise.length())));
                    case 2 -> text.insert(at, noise.charAt(random.nextInt(noise.length())));
                    default ->
                            text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(80)));
                }
            }
            try {
                Scenario read = PlanJson.read(text.toString());
                assertThat(PlanJson.read(PlanJson.write(read))).isEqualTo(read);
            } catch (IllegalArgumentException e) {
                assertThat(e).message().isNotBlank().doesNotContain("\n").doesNotContain("null:");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }
}
