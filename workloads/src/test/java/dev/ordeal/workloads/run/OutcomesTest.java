package dev.ordeal.workloads.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OutcomesTest {
    private static final Request READ = new Request.Read("k1");
    private static final Request WRITE = new Request.Write("c0", 1, "k1", "5");
    private static final Request CAS = new Request.Cas("c0", 1, "k1", "4", "5");
    private static final Request APPEND = new Request.Append("c0", 1, "k1", "5");
    private static final Request DELETE = new Request.Delete("c0", 1, "k1");
    private static final Request INCREMENT = new Request.Increment("c0", 1, "k1", 2);

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(READ, new Response.Done("4", null, 9), new Outcome.Ok("4", 9)),
                arguments(READ, new Response.Done(null, null, 9), new Outcome.Ok(null, 9)),
                arguments(READ, new Response.Done("", null, 9), new Outcome.Ok("", 9)),
                arguments(
                        READ,
                        new Response.Done(null, List.of("1", "2"), 9),
                        new Outcome.Ok(List.of("1", "2"), 9)),
                arguments(WRITE, new Response.Done(null, null, 9), new Outcome.Ok(null, 9)),
                arguments(WRITE, new Response.Done("5", null, 9), new Outcome.Ok(null, 9)),
                arguments(CAS, new Response.Done(null, null, 9), new Outcome.Ok(null, 9)),
                arguments(APPEND, new Response.Done(null, null, 9), new Outcome.Ok(null, 9)),
                arguments(DELETE, new Response.Done(null, null, 9), new Outcome.Ok(null, 9)),
                arguments(INCREMENT, new Response.Done("7", null, 9), new Outcome.Ok("7", 9)),
                arguments(CAS, new Response.Mismatch("3", 9), new Outcome.Mismatch(9)),
                arguments(CAS, new Response.Mismatch(null, 9), new Outcome.Mismatch(9)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerIsWhatTheClientSaw(Request request, Response response, Outcome outcome) {
        assertThat(Outcomes.of(request, response)).isEqualTo(outcome);
    }

    static Stream<Request> requests() {
        return Stream.of(READ, WRITE, CAS, APPEND, DELETE, INCREMENT);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRefusalCertainlyHadNoEffect(Request request) {
        assertThat(Outcomes.of(request, new Response.Refused("no leader", null)))
                .isEqualTo(new Outcome.Failed("no leader"));
        assertThat(Outcomes.of(request, new Response.Refused("not the leader", "n2")))
                .isEqualTo(new Outcome.Failed("not the leader"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void whatWasNeverSentFailedAndEveryOtherSilenceIsUnknown(Request request) {
        for (String code :
                List.of(
                        "DEADLINE_EXCEEDED",
                        "UNAVAILABLE",
                        "CANCELLED",
                        "INTERNAL",
                        "UNKNOWN",
                        "RESOURCE_EXHAUSTED",
                        "INVALID_ARGUMENT")) {
            assertThat(Outcomes.of(request, new Response.Broken(code, "", false)))
                    .isEqualTo(new Outcome.Unknown(code));
            assertThat(Outcomes.of(request, new Response.Broken(code, "io exception", false)))
                    .isEqualTo(new Outcome.Unknown(code + ": io exception"));
            assertThat(Outcomes.of(request, new Response.Broken(code, "", true)))
                    .isEqualTo(new Outcome.Failed(code));
        }
    }

    static Stream<Request> thatCompareNothing() {
        return Stream.of(READ, WRITE, APPEND, DELETE, INCREMENT);
    }

    @ParameterizedTest
    @MethodSource("thatCompareNothing")
    void anAnswerThatDoesNotFitTheQuestionIsUnknown(Request request) {
        assertThat(Outcomes.of(request, new Response.Mismatch("3", 9)))
                .isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void anIncrementIsNotTakenForDoneWithoutItsSum() {
        assertThat(Outcomes.of(INCREMENT, new Response.Done(null, null, 9)))
                .isEqualTo(new Outcome.Unknown("answered without the sum"));
    }
}
