package dev.ordeal.node.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @Test
    void eitherMayBeUnknown() {
        assertThat(new Addresses("", "")).isEqualTo(Addresses.UNKNOWN);
        assertThat(new Addresses("10.0.0.1:7001", "").client()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b:1", " a:1", "a:1 ", "a\t:1", "a:1\n", "a\u2003b:1"})
    void neitherHasSpaces(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Addresses(address, ""))
                .withMessageContaining("no spaces");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Addresses("a:1", address))
                .withMessageContaining("no spaces");
    }
}
