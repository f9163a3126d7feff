package dev.ordeal.workloads.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of a request, for the person who made it.
///
/// @param sentence without a full stop
record Told(Outcome outcome, String sentence, ObjectNode json) {
    enum Outcome {
        /// It happened.
        OK(0),
        /// It certainly had no effect.
        FAILED(1),
        /// It may have happened, or may yet.
        UNKNOWN(2);

        private final int exitCode;

        Outcome(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    static Told of(Request request, Response response) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return switch (response) {
            case Response.Done(var value, var elements, long index) -> {
                String seen =
                        switch (request) {
                            case Request.Read read ->
                                    said(json, "value", request.key(), value, elements);
                            case Request.Increment increment ->
                                    said(json, "value", request.key(), value, elements);
                            case Request.Write write -> "done";
                            case Request.Cas cas -> "done";
                            case Request.Append append -> "done";
                            case Request.Declare declare -> "done";
                            case Request.Delete delete -> "done";
                        };
                json.put("index", index);
                yield new Told(Outcome.OK, seen + " (index " + index + ")", json);
            }
            case Response.Mismatch(var current, long index) -> {
                String seen =
                        request instanceof Request.Declare
                                ? request.key() + " has its list already"
                                : said(json, "current", request.key(), current, null);
                json.put("index", index).put("reason", "mismatch");
                yield new Told(
                        Outcome.FAILED, "not done: " + seen + " (index " + index + ")", json);
            }
            case Response.Refused refused -> refused(json, refused);
            case Response.Broken broken -> broken(json, request instanceof Request.Read, broken);
        };
    }

    static Told of(AdminRequest request, Response response) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("member", request.member());
        return switch (response) {
            case Response.Done(var value, var elements, long index) -> {
                json.put("index", index);
                String done =
                        request.member()
                                + switch (request) {
                                    case AdminRequest.AddMember add -> " is a member";
                                    case AdminRequest.RemoveMember remove -> " is a member no more";
                                    case AdminRequest.TransferLeadership transfer ->
                                            " has taken over";
                                };
                yield new Told(Outcome.OK, done + " (index " + index + ")", json);
            }
            case Response.Mismatch mismatch ->
                    throw new IllegalStateException(request + " compared: " + mismatch);
            case Response.Refused refused -> refused(json, refused);
            case Response.Broken broken -> broken(json, false, broken);
        };
    }

    private static Told refused(ObjectNode json, Response.Refused refused) {
        json.put("reason", refused.reason());
        if (refused.leader() != null) {
            json.put("leader", refused.leader());
        }
        return new Told(Outcome.FAILED, "not done: " + refused.reason(), json);
    }

    private static Told broken(ObjectNode json, boolean reads, Response.Broken broken) {
        String why =
                broken.grpcCode().equals("DEADLINE_EXCEEDED")
                        ? "no answer in time"
                        : broken.message().isEmpty() ? broken.grpcCode() : broken.message();
        // A node that knows so says it in these words.
        why = why.replaceFirst("^outcome unknown: ", "");
        json.put("reason", why);
        if (broken.neverSent()) {
            return new Told(Outcome.FAILED, "not done, nothing was sent: " + why, json);
        }
        if (reads) {
            return new Told(Outcome.FAILED, "not read: " + why, json);
        }
        return new Told(
                Outcome.UNKNOWN,
                "outcome unknown: " + why + "; it may have happened, or may yet",
                json);
    }

    /// The value, into a field and in words.
    private static String said(
            ObjectNode json,
            String field,
            String key,
            @Nullable String value,
            @Nullable List<String> elements) {
        if (elements != null) {
            elements.forEach(json.putArray(field)::add);
            return key + " = " + json.get(field);
        }
        json.put(field, value);
        return value == null ? key + " is absent" : key + " = " + TextNode.valueOf(value);
    }
}
