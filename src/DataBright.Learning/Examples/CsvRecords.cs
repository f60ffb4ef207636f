using System.Buffers;
using System.Text;

namespace DataBright.Learning.Examples;

/// <summary>
/// The records of a CSV file (RFC 4180), one at a time: fields between separators, quoted ones with any text in them and "" for a quote;
/// lines end with LF or CRLF, the last perhaps with nothing. What RFC 4180 does not allow, such as a quote inside an unquoted field, is an
/// error, not a guess.
/// </summary>
internal sealed class CsvRecords(StreamReader text, string document, char separator)
{
    public const int MaxColumns = 1 << 16;
    public const int MaxFieldLength = 1 << 20;
    private static readonly string[] Singles = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];
    private readonly SearchValues<char> _ends = SearchValues.Create([separator, '\n', '\r', '"', '\0']);
    private readonly char[] _buffer = new char[1 << 14];
    private readonly StringBuilder _field = new();
    private int _length;
    private int _next;
    private long _lines = 1;

    /// <summary>The line that the last record started on, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the next record into <paramref name="fields"/>; false at the end of the file.</summary>
    public bool Read(List<string> fields)
    {
        fields.Clear();
        Line = _lines;
        if (Peek() < 0) return false;
        while (true)
        {
            if (fields.Count == MaxColumns) throw Malformed($"more than {MaxColumns} fields");
            fields.Add(Peek() == '"' ? Quoted() : Plain());
            switch (Take())
            {
                case -1:
                    return true;
                case '\n':
                    _lines++;
                    return true;
                case '\r' when Take() == '\n':
                    _lines++;
                    return true;
                case var c when c == separator:
                    continue;
                case '\r':
                    throw Malformed("a carriage return without a line feed");
                default:
                    throw Malformed("text follows the closing quote of a field");
            }
        }
    }

    public MalformedInputException Malformed(string problem) => new(document, $"line {Line}: {problem}");

    /// <summary>Runs between separators are taken as they lie; most fields are one run, and many are one digit.</summary>
    private string Plain()
    {
        _field.Clear();
        while (Peek() >= 0)
        {
            var rest = _buffer.AsSpan(_next, _length - _next);
            var end = rest.IndexOfAny(_ends);
            var run = end < 0 ? rest : rest[..end];
            if (_field.Length + run.Length > MaxFieldLength) throw Malformed($"a field of more than {MaxFieldLength} characters");
            _next += run.Length;
            if (end >= 0 && rest[end] == '"') throw Malformed("a quote inside a field that does not start with one");
            if (end >= 0 && rest[end] == '\0') throw Malformed("a zero character");
            if (end >= 0 && _field.Length == 0) return run is [< (char)128] ? Singles[run[0]] : run.ToString();
            _field.Append(run);
            if (end >= 0) break;
        }

        return _field.ToString();
    }

    private string Quoted()
    {
        _field.Clear();
        Take();
        while (true)
        {
            var c = Take();
            if (c < 0) throw Malformed("the closing quote of a field is missing");
            if (c == '"')
            {
                if (Peek() != '"') return _field.ToString();
                Take();
            }

            if (c == '\n') _lines++;
            Append((char)c);
        }
    }

    private void Append(char c)
    {
        if (c == '\0') throw Malformed("a zero character");
        if (_field.Length == MaxFieldLength) throw Malformed($"a field of more than {MaxFieldLength} characters");
        _field.Append(c);
    }

    private int Take()
    {
        var c = Peek();
        if (c >= 0) _next++;
        return c;
    }

    private int Peek()
    {
        if (_next < _length) return _buffer[_next];
        try
        {
            (_next, _length) = (0, text.Read(_buffer, 0, _buffer.Length));
        }
        catch (DecoderFallbackException fault)
        {
            throw new MalformedInputException(document, $"line {_lines} or a later one: not valid UTF-8; save it as UTF-8", fault);
        }

        return _length == 0 ? -1 : _buffer[0];
    }
}
