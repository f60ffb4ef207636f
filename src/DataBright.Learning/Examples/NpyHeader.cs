using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DataBright.Learning.Files;

namespace DataBright.Learning.Examples;

/// <summary>
/// What stands before the values of an NPY file: a literal of Python with three entries. Programs other than NumPy space and order it in
/// their own ways, so it is read word by word; nothing in it is executed.
/// </summary>
/// <param name="Descr">The type of the values with the order of their bytes, for example <c>&lt;f4</c>.</param>
/// <param name="IsFortran">Whether the first dimension runs fastest.</param>
/// <param name="Shape">The dimensions; none for a single value.</param>
internal sealed record NpyHeader(string Descr, bool IsFortran, IReadOnlyList<int> Shape)
{
    private const int MaxLength = 1 << 16;
    private const int MaxDimensions = 32;

    /// <summary>Reads the start of a file up to its first value.</summary>
    public static NpyHeader Read(Stream content, string document)
    {
        Span<byte> start = stackalloc byte[12];
        InputFile.Fill(content, start[..8], document, "the start of an NPY file");
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
            throw new MalformedInputException(document, "not an NPY file: it does not start with \\x93NUMPY");
        if (start[6] is < 1 or > 3 || start[7] != 0)
            throw new MalformedInputException(document, $"version {start[6]}.{start[7]} is not known; 1.0 to 3.0 are");
        var size = start[6] == 1 ? 2 : 4;
        InputFile.Fill(content, start.Slice(8, size), document, "the header's length");
        var length = size == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > MaxLength)
            throw new MalformedInputException(document, $"a header of {length} bytes is more than the {MaxLength} allowed");
        var header = new byte[length];
        InputFile.Fill(content, header, document, "the header");
        if (header.AsSpan().ContainsAnyExceptInRange((byte)0x09, (byte)0x7E))
            throw new MalformedInputException(document, "the header is not plain text");
        return new Words(Encoding.ASCII.GetString(header), document).Header();
    }

    /// <summary>The words of a header: texts in quotes, names, numbers and single signs.</summary>
    private sealed class Words(string text, string document)
    {
        private int _next;

        public NpyHeader Header()
        {
            string? descr = null;
            bool? isFortran = null;
            IReadOnlyList<int>? shape = null;
            Take("{");
            while (Peek() != "}")
            {
                var key = Quoted();
                Take(":");
                if (key == "descr" && descr is null) descr = Quoted();
                else if (key == "fortran_order" && isFortran is null)
                    isFortran = Next() switch { "True" => true, "False" => false, _ => throw Strange() };
                else if (key == "shape" && shape is null) shape = Shape();
                else throw Strange();
                if (Peek() == ",") Next();
                else if (Peek() != "}") throw Strange();
            }

            Next();
            return Peek().Length == 0 && descr is not null && isFortran is { } fortran && shape is not null
                ? new NpyHeader(descr, fortran, shape) : throw Strange();
        }

        /// <summary>
        /// A tuple; one of a single dimension has a comma behind it, and older versions of Python put an L behind numbers.
        /// </summary>
        private List<int> Shape()
        {
            var shape = new List<int>();
            var hasComma = false;
            Take("(");
            while (Peek() != ")")
            {
                if (shape.Count > 0 && !hasComma) throw Strange();
                shape.Add(Dimension(Next()));
                hasComma = Peek() == ",";
                if (hasComma) Next();
            }

            Next();
            if (shape.Count == 1 && !hasComma) throw Strange();
            return shape.Count <= MaxDimensions
                ? shape : throw new MalformedInputException(document, $"{shape.Count} dimensions are more than {MaxDimensions}");
        }

        private int Dimension(string word)
        {
            var digits = word.EndsWith('L') ? word[..^1] : word;
            if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) throw Strange();
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var dimension) ? dimension
                : throw new MalformedInputException(document, $"dimension '{Excerpt.Of(word)}' is not a whole number below 2^31");
        }

        private string Quoted() => Next() is ['\'' or '"', .., '\'' or '"'] quoted ? quoted[1..^1] : throw Strange();

        private void Take(string sign)
        {
            if (Next() != sign) throw Strange();
        }

        private string Peek()
        {
            var place = _next;
            var word = Next();
            _next = place;
            return word;
        }

        /// <summary>Empty at the end.</summary>
        private string Next()
        {
            while (_next < text.Length && char.IsWhiteSpace(text[_next])) _next++;
            if (_next == text.Length) return "";
            var start = _next++;
            if (text[start] is '\'' or '"')
            {
                var end = text.IndexOf(text[start], _next);
                if (end < 0 || text.AsSpan(_next, end - _next).ContainsAny('\\', '\n')) throw Strange();
                _next = end + 1;
            }
            else if (char.IsAsciiLetterOrDigit(text[start]))
                while (_next < text.Length && char.IsAsciiLetterOrDigit(text[_next])) _next++;
            return text[start.._next];
        }

        private MalformedInputException Strange() =>
            new(document, $"the header is not one that numpy.load reads as a single array: {Excerpt.Of(text.Trim())}");
    }
}
