package dev.ordeal.node.rpc;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes malformed input of valid input: bits flipped, lengths made too large, parts cut, doubled, moved and swapped between
/// messages; and now and then nothing but noise. The same random numbers make the same input.
public final class Fuzz {
    private static final int MAX_NOISE = 300;

    /// A length of 2^31 - 1 as protobuf writes it, which promises far more than there is.
    private static final byte[] HUGE_LENGTH = {-1, -1, -1, -1, 7};

    private final RandomGenerator random;
    private final List<byte[]> valid;

    public Fuzz(RandomGenerator random, List<byte[]> valid) {
        this.random = random;
        this.valid = List.copyOf(valid);
    }

    public byte[] next() {
        if (random.nextInt(10) == 0) {
            return noise(random.nextInt(MAX_NOISE));
        }
        byte[] input = some().clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            input = changed(input);
        }
        return input;
    }

    private byte[] changed(byte[] input) {
        int at = random.nextInt(input.length + 1);
        int end = at + random.nextInt(input.length - at + 1);
        byte[] before = Arrays.copyOf(input, at);
        byte[] part = Arrays.copyOfRange(input, at, end);
        byte[] after = Arrays.copyOfRange(input, end, input.length);
        return switch (random.nextInt(7)) {
            case 0 -> joined(before, flipped(part), after);
            case 1 -> joined(before, after);
            case 2 -> joined(before, part, part, after);
            case 3 -> joined(before, noise(random.nextInt(8)), part, after);
            case 4 -> joined(before, HUGE_LENGTH, after);
            case 5 -> joined(after, part, before);
            default -> joined(before, some(), after);
        };
    }

    private byte[] flipped(byte[] part) {
        byte[] flipped = part.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private byte[] some() {
        return valid.get(random.nextInt(valid.size()));
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    static byte[] joined(byte[]... parts) {
        byte[] whole = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
