package dev.ordeal.node.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/// What readers of messages in protobuf's format need who do without the generated classes. A tag is a field's number, shifted
/// to the left by 3, with its type.
final class Fields {
    /// The type of all whole numbers that we use, and of truth values.
    static final int NUMBER = WireFormat.WIRETYPE_VARINT;

    /// The type of texts and of messages.
    static final int LENGTH = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private Fields() {}

    /// Of a field that is not known, as protobuf wants it.
    static void passOver(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            in.checkLastTagWas(0); // the end of a group that did not begin
        }
    }
}
