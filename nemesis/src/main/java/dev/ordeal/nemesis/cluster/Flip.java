package dev.ordeal.nemesis.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// A bit of a node's data that changes while the node is down.
///
/// @param file by its name among the node's data
/// @param offset of the byte
/// @param mask of the bit in that byte
public record Flip(String file, int offset, int mask) {
    /// Draws one, in the log more often than not; none where there is no data.
    ///
    /// @param lengths of the files, in bytes, by their names
    /// @param isLog which of them are the log
    public static Optional<Flip> draw(
            SortedMap<String, Integer> lengths, Predicate<String> isLog, RandomGenerator random) {
        List<String> names =
                lengths.entrySet().stream()
                        .filter(file -> file.getValue() > 0)
                        .map(Map.Entry::getKey)
                        .toList();
        List<String> logs = names.stream().filter(isLog).toList();
        List<String> among = logs.isEmpty() || random.nextInt(4) == 0 ? names : logs;
        if (among.isEmpty()) {
            return Optional.empty();
        }
        String file = among.get(random.nextInt(among.size()));
        return Optional.of(
                new Flip(
                        file,
                        random.nextInt(lengths.getOrDefault(file, 0)),
                        1 << random.nextInt(8)));
    }

    /// The same bytes but for this bit.
    byte[] of(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[offset] ^= (byte) mask;
        return flipped;
    }

    @Override
    public String toString() {
        return "bit %d of byte %d of %s"
                .formatted(Integer.numberOfTrailingZeros(mask), offset, file);
    }
}
