package dev.ordeal.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"n1", "n10", "a", "Z", "etcd-3", "node-", "AZaz09-"})
    void aNameIsALetterThenLettersDigitsOrDashes(String name) {
        assertThat(new NodeId(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "1n", "-n", "n 1", "n1\n", "n_1", "n.1", "@", "n[", "n`", "n{", "n:", "n/",
                "é1", "n²"
            })
    void nothingElseIs(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NodeId(name))
                .withMessageContaining("a node's name is a letter")
                .withMessageContaining('"' + name + '"');
    }

    @Test
    void namesAreOrderedAsOneCounts() {
        assertThat(new TreeSet<>(List.of(new NodeId("n10"), new NodeId("n2"), new NodeId("n1"))))
                .containsExactly(new NodeId("n1"), new NodeId("n2"), new NodeId("n10"));
        assertThat(NodeId.first(10)).isSorted().hasSize(10).endsWith(new NodeId("n10"));
    }
}
