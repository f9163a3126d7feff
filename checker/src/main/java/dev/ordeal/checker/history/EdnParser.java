package dev.ordeal.checker.history;

import java.io.EOFException;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads EDN values one after the other: keywords and symbols become their names, vectors, lists and sets become lists,
/// tagged literals become what is tagged. Counts lines.
final class EdnParser {
    private static final int LONGEST_ATOM = 20_000_000;
    private static final int DEEPEST = 1000;

    /// In place of a value where a bracket closes.
    private enum Mark {
        END
    }

    private final PushbackReader in;
    private long line = 1;
    private int depth;
    private boolean closed;

    EdnParser(Reader in) {
        this.in = new PushbackReader(in, 2);
    }

    long line() {
        return line;
    }

    /// Steps into a vector or list, if one comes next.
    boolean enterVector() throws IOException {
        int c = skip();
        if (c == '[' || c == '(') {
            return true;
        }
        unread(c);
        return false;
    }

    /// Whether another value follows; passes the end of an entered vector.
    boolean more() throws IOException {
        int c = skip();
        if (c == ']' || c == ')') {
            closed = true;
            c = skip();
        }
        unread(c);
        return c >= 0;
    }

    /// Whether [#more] came by the end of an entered vector.
    boolean closed() {
        return closed;
    }

    /// The next value.
    ///
    /// @throws EOFException when the file ends within it
    @Nullable Object value() throws IOException {
        Object value = next();
        if (value instanceof Mark) {
            throw new HistoryFormatException(
                    line, "not EDN: a bracket is closed that was not opened");
        }
        return value;
    }

    /// A value, or END where a bracket closes.
    private @Nullable Object next() throws IOException {
        int c = skip();
        return switch (c) {
            case -1 -> throw new EOFException("the file ends within a value");
            case '{' -> map();
            case '[' -> list(']');
            case '(' -> list(')');
            case '}', ']', ')' -> {
                unread(c);
                yield Mark.END;
            }
            case '"' -> text();
            case '#' -> dispatch();
            case '\\' -> atom(c).substring(1);
            case ':' -> atom(c).substring(1);
            default -> symbolOrNumber(atom(c));
        };
    }

    private @Nullable Object dispatch() throws IOException {
        int c = read();
        if (c == '{') {
            return list('}');
        }
        if (c == '_') {
            value();
            return next();
        }
        unread(c);
        atom('#');
        return value();
    }

    private Object list(int close) throws IOException {
        deeper();
        List<@Nullable Object> list = new ArrayList<>();
        for (Object value = next(); !(value instanceof Mark); value = next()) {
            list.add(value);
        }
        close(close);
        return Collections.unmodifiableList(list);
    }

    private Object map() throws IOException {
        deeper();
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (Object key = next(); !(key instanceof Mark); key = next()) {
            Object value = next();
            if (value instanceof Mark) {
                throw new HistoryFormatException(
                        line, "not EDN: the map's key " + key + " has no value");
            }
            map.put(key, value);
        }
        close('}');
        return map;
    }

    private void deeper() {
        if (++depth > DEEPEST) {
            throw new HistoryFormatException(
                    line, "not a history: values are nested more than " + DEEPEST + " deep");
        }
    }

    private void close(int wanted) throws IOException {
        depth--;
        int c = skip();
        if (c != wanted) {
            throw new HistoryFormatException(
                    line, "not EDN: expected " + (char) wanted + " but found " + (char) c);
        }
    }

    private Object text() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = read(); c != '"'; c = read()) {
            if (c < 0) {
                throw new EOFException("the file ends within a text");
            }
            if (c == '\\') {
                c = read();
                text.append(
                        switch (c) {
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            case 'r' -> '\r';
                            default -> (char) c;
                        });
            } else {
                text.append((char) c);
            }
            if (text.length() > LONGEST_ATOM) {
                throw new HistoryFormatException(
                        line, "not a history: a text is longer than " + LONGEST_ATOM);
            }
        }
        return text.toString();
    }

    private String atom(int first) throws IOException {
        StringBuilder atom = new StringBuilder();
        atom.append((char) first);
        for (int c = read(); ; c = read()) {
            boolean ends = c < 0 || Character.isWhitespace(c) || ",;\"{}[]()".indexOf(c) >= 0;
            if (ends) {
                unread(c);
                return atom.toString();
            }
            atom.append((char) c);
            if (atom.length() > LONGEST_ATOM) {
                throw new HistoryFormatException(
                        line, "not a history: a name is longer than " + LONGEST_ATOM);
            }
        }
    }

    private static @Nullable Object symbolOrNumber(String atom) {
        char first = atom.charAt(0);
        boolean signed = (first == '-' || first == '+') && atom.length() > 1;
        if (Character.isDigit(signed ? atom.charAt(1) : first)) {
            String number =
                    atom.endsWith("N") || atom.endsWith("M")
                            ? atom.substring(0, atom.length() - 1)
                            : atom;
            try {
                return Long.valueOf(number);
            } catch (NumberFormatException notWhole) {
                try {
                    return Double.valueOf(number);
                } catch (NumberFormatException ratioOrHuge) {
                    return number;
                }
            }
        }
        return switch (atom) {
            case "nil" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> atom;
        };
    }

    /// The next character that is neither white space, comma nor comment.
    private int skip() throws IOException {
        int c = read();
        while (c >= 0 && (Character.isWhitespace(c) || c == ',' || c == ';')) {
            if (c == ';') {
                while (c >= 0 && c != '\n') {
                    c = read();
                }
            } else {
                c = read();
            }
        }
        return c;
    }

    private int read() throws IOException {
        int c = in.read();
        if (c == '\n') {
            line++;
        }
        return c;
    }

    private void unread(int c) throws IOException {
        if (c >= 0) {
            in.unread(c);
            if (c == '\n') {
                line--;
            }
        }
    }
}
