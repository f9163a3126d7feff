package dev.ordeal.workloads.plan;

/// How fast strikes follow one another.
///
/// @param lasting how many times as long as usual each is in force
/// @param apart how many times as long as usual lies between one and the next
public record Tempo(double lasting, double apart) {
    /// That of a run of which nothing else was said.
    public static final Tempo USUAL = new Tempo(1, 1);

    public Tempo {
        if (!(lasting > 0 && apart > 0)) {
            throw new IllegalArgumentException(
                    "strikes last %s times as long and come %s times as far apart: neither can be"
                            .formatted(lasting, apart));
        }
    }
}
