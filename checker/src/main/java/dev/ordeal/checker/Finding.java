package dev.ordeal.checker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What one check found.
///
/// @param check its name as in `spec.json`
/// @param details figures for people and tools, fit for JSON: which engine decided and why, counts, milliseconds
public record Finding(String check, Verdict verdict, Map<String, Object> details) {
    public Finding {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
