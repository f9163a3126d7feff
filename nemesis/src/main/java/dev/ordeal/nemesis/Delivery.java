package dev.ordeal.nemesis;

import java.util.List;
import java.util.stream.Collectors;

/// What becomes of one message, whatever the network is like otherwise.
///
/// @param link that carries it
/// @param number of the message among those that the link carried, from 1; what came over a cut link and was never carried does
///     not count
/// @param takesNanos how long each copy of it is on its way; none: it is lost
public record Delivery(Link link, int number, List<Long> takesNanos) {
    /// @throws IllegalArgumentException in one line, for what no message can be
    public Delivery {
        takesNanos = List.copyOf(takesNanos);
        if (number < 1) {
            throw new IllegalArgumentException(
                    "the messages of a link are numbered from 1, so none is number " + number);
        }
        if (takesNanos.stream().anyMatch(nanos -> nanos < 0)) {
            throw new IllegalArgumentException(
                    "message %d of %s cannot arrive before it was sent".formatted(number, link));
        }
    }

    /// Whether it arrives once and within this time, as almost every message does.
    public boolean isOrdinary(long nanos) {
        return takesNanos.size() == 1 && takesNanos.getFirst() <= nanos;
    }

    @Override
    public String toString() {
        return "message %d of %s %s"
                .formatted(
                        number,
                        link,
                        switch (takesNanos.size()) {
                            case 0 -> "is lost";
                            case 1 -> "takes " + takes();
                            default ->
                                    "arrives %d times, after %s"
                                            .formatted(takesNanos.size(), takes());
                        });
    }

    private String takes() {
        return takesNanos.stream()
                .map(nanos -> "%.1f ms".formatted(nanos / 1e6))
                .collect(Collectors.joining(" and "));
    }
}
