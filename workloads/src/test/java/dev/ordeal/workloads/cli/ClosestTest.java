package dev.ordeal.workloads.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ClosestTest {
    private static final List<String> CHOICES = List.of("register", "append", "local-read");

    @Test
    void aSlipOfTheFingerIsUnderstood() {
        assertThat(Closest.to("regsiter", CHOICES)).contains("register");
        assertThat(Closest.to("apend", CHOICES)).contains("append");
        assertThat(Closest.suggestion("local_read", CHOICES))
                .isEqualTo(" Did you mean \"local-read\"?");
    }

    @Test
    void somethingElseIsNotGuessedAt() {
        assertThat(Closest.to("queue", CHOICES)).isEmpty();
        assertThat(Closest.suggestion("", CHOICES)).isEmpty();
    }
}
