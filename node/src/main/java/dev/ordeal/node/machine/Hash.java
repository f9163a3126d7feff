package dev.ordeal.node.machine;

/// 64-bit hashes that are the same in every JVM. Not for security: an adversary can make two states collide.
final class Hash {
    private Hash() {}

    /// FNV-1a over the characters (Fowler, Noll, Vo), then mixed so that a change of one bit moves half of the others.
    static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /// Depends on the order of its arguments.
    static long combine(long a, long b) {
        return mix(a * 0x9e3779b97f4a7c15L + b);
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014), shifted away from its fixed point at zero.
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
