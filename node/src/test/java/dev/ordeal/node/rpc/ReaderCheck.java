package dev.ordeal.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Holds readers of ours against protobuf's.
final class ReaderCheck {
    private static final int INPUTS = 100_000;

    private ReaderCheck() {}

    interface Reader<T> {
        /// What the input says.
        ///
        /// @throws IllegalArgumentException if it makes no sense
        T read(byte[] input) throws InvalidProtocolBufferException;
    }

    /// Given valid input, and malformed input that is made of it, both read the same or both refuse.
    static <T> void readAlike(List<byte[]> valid, Reader<T> ours, Reader<T> protobuf) {
        List<byte[]> inputs = new ArrayList<>(valid);
        Fuzz fuzz = new Fuzz(new SplittableRandom(1), valid);
        while (inputs.size() < INPUTS) {
            inputs.add(fuzz.next());
        }
        int understood = 0;
        for (byte[] input : inputs) {
            Optional<T> expected = read(input, protobuf);
            assertThat(read(input, ours)).as(HexFormat.of().formatHex(input)).isEqualTo(expected);
            understood += expected.isPresent() ? 1 : 0;
        }
        assertThat(understood).isBetween(INPUTS / 20, INPUTS * 19 / 20);
    }

    private static <T> Optional<T> read(byte[] input, Reader<T> reader) {
        try {
            return Optional.of(reader.read(input));
        } catch (InvalidProtocolBufferException | IllegalArgumentException refused) {
            return Optional.empty();
        }
    }
}
