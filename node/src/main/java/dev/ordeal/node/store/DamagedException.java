package dev.ordeal.node.store;

import java.io.IOException;

/// A file holds what no crash of ours can have left there. The node must not start on it: what it promised may be gone.
public final class DamagedException extends IOException {
    DamagedException(String path, String what) {
        super(path + " is damaged: " + what);
    }
}
