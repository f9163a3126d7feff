package dev.ordeal.checker.history;

import java.util.Locale;
import java.util.Optional;

/// The file formats that histories come in.
public enum Format {
    /// One JSON object a line, as our own runs write it.
    JSONL,
    /// Jepsen's `history.edn` and Knossos's test data: a vector of maps or a map a line.
    JEPSEN_EDN,
    /// Jepsen's operations as JSON: an array or an object a line.
    JEPSEN_JSON,
    /// Lines of Jepsen's log, `INFO  jepsen.util - 0 :invoke :read nil`, as in Porcupine's etcd data.
    JEPSEN_LOG,
    /// Porcupine's key/value data: one EDN map a line with `:key`.
    PORCUPINE_KV;

    /// The name on the command line: `jepsen-edn`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Format> labelled(String label) {
        for (Format format : values()) {
            if (format.label().equals(label)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
