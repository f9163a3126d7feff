package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ToldTest {
    @Test
    void whatNobodyKnowsIsSaidOnceWhoeverSaysSo() {
        Response fromTheNode =
                new Response.Broken("ABORTED", "outcome unknown: n3 no longer leads", false);
        Told told = Told.of(new AdminRequest.RemoveMember("n3"), fromTheNode);
        assertThat(told.outcome()).isEqualTo(Told.Outcome.UNKNOWN);
        assertThat(told.sentence())
                .isEqualTo("outcome unknown: n3 no longer leads; it may have happened, or may yet");
        assertThat(told.json().path("reason").asText()).isEqualTo("n3 no longer leads");
    }

    @Test
    void aSecondDeclarationFoundAListAndNotAnAbsentKey() {
        Told told =
                Told.of(
                        new Request.Declare("", 0, "round 1", List.of("Eve")),
                        new Response.Mismatch(null, 7));
        assertThat(told.outcome()).isEqualTo(Told.Outcome.FAILED);
        assertThat(told.sentence()).isEqualTo("not done: round 1 has its list already (index 7)");
    }
}
