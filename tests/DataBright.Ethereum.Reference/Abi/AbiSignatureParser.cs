using System.Globalization;

namespace DataBright.Ethereum;

/// <summary>
/// Reads types and signatures as people write them: <c>function transfer(address to, uint256 amount) returns (bool)</c>,
/// <c>event Sold(uint256 indexed id, (address buyer, uint96 price)[] sales) anonymous</c>, <c>error TooFewLeft(uint256)</c>.
/// </summary>
internal sealed class AbiSignatureParser(string text)
{
    private const int MaxLength = 1 << 16;

    private readonly string _text = text.Length <= MaxLength
        ? text
        : throw new AbiException($"A signature has at most {MaxLength} characters; this one has {text.Length}.");

    private int _at;

    public AbiType Type()
    {
        var type = ReadType(0);
        Finish();
        return type;
    }

    public AbiFunction Function()
    {
        Keyword("function");
        var (name, inputs) = (Identifier("a function's name"), Parameters(0));
        var mutability = AbiMutability.Nonpayable;
        IReadOnlyList<AbiParameter> outputs = [];
        while (!IsAtEnd)
        {
            switch (Identifier("a modifier"))
            {
                case "view" or "constant": mutability = AbiMutability.View; break;
                case "pure": mutability = AbiMutability.Pure; break;
                case "payable": mutability = AbiMutability.Payable; break;
                case "nonpayable" or "external" or "public" or "virtual" or "override": break;
                case "returns": outputs = Parameters(0); break;
                case var word: throw Unexpected($"\"{word}\"");
            }
        }
        return new AbiFunction(name, inputs, outputs, mutability);
    }

    public AbiEvent Event()
    {
        Keyword("event");
        var (name, inputs) = (Identifier("an event's name"), Parameters(0));
        var anonymous = Keyword("anonymous");
        Finish();
        return new AbiEvent(name, inputs, anonymous);
    }

    public AbiError Error()
    {
        Keyword("error");
        var error = new AbiError(Identifier("an error's name"), Parameters(0));
        Finish();
        return error;
    }

    /// <summary>Reads <c>[]</c> and <c>[n]</c> after an element type, as JSON writes them after <c>tuple</c>.</summary>
    public AbiType Suffixes(AbiType element)
    {
        var type = ReadSuffixes(element);
        Finish();
        return type;
    }

    private bool IsAtEnd
    {
        get
        {
            Skip();
            return _at == _text.Length || _text[_at] == ';' && _text.AsSpan(_at + 1).IsWhiteSpace();
        }
    }

    private AbiType ReadType(int depth)
    {
        if (depth > AbiType.MaxDepth)
            throw new AbiException($"The type nests more than {AbiType.MaxDepth} deep.");
        Skip();
        if (Peek('('))
            return ReadSuffixes(AbiType.TupleOf(Parameters(depth + 1)));
        var name = Identifier("a type");
        if (name == "tuple" && Peek('('))
            return ReadSuffixes(AbiType.TupleOf(Parameters(depth + 1)));
        return ReadSuffixes(AbiType.Elementary(name) ?? throw new AbiException($"There is no type \"{Shown(name)}\" in the contract ABI."));
    }

    private AbiType ReadSuffixes(AbiType type)
    {
        while (Peek('['))
        {
            _at++;
            var start = _at;
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
                _at++;
            var digits = _text.AsSpan(start, _at - start);
            Take(']');
            if (digits.IsEmpty)
                type = AbiType.ArrayOf(type);
            else if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                type = AbiType.FixedArrayOf(type, length);
            else
                throw new AbiException("A fixed array is longer than any value can be.");
        }
        return type;
    }

    private List<AbiParameter> Parameters(int depth)
    {
        Take('(');
        var parameters = new List<AbiParameter>();
        if (Peek(')'))
        {
            _at++;
            return parameters;
        }
        while (true)
        {
            parameters.Add(Parameter(depth));
            if (!Peek(','))
                break;
            _at++;
        }
        Take(')');
        return parameters;
    }

    private AbiParameter Parameter(int depth)
    {
        var type = ReadType(depth);
        var (name, indexed) = ("", false);
        while (!Peek(',') && !Peek(')'))
        {
            var word = Identifier("a parameter's name");
            if (word == "indexed")
                indexed = true;
            else if (name.Length == 0 && word is not ("memory" or "calldata" or "storage" or "payable"))
                name = word;
            else if (name.Length > 0)
                throw Unexpected($"\"{Shown(word)}\"");
        }
        return new AbiParameter(name, type, indexed);
    }

    private bool Keyword(string word)
    {
        Skip();
        var end = _at + word.Length;
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0 || end < _text.Length && IsWord(_text[end]))
            return false;
        _at = end;
        return true;
    }

    private string Identifier(string expected)
    {
        Skip();
        var start = _at;
        while (_at < _text.Length && IsWord(_text[_at]))
            _at++;
        return _at > start && !char.IsAsciiDigit(_text[start])
            ? _text[start.._at]
            : throw new AbiException($"{expected} is expected at character {start + 1} of \"{Shown(_text)}\".");
    }

    private bool Peek(char symbol)
    {
        Skip();
        return _at < _text.Length && _text[_at] == symbol;
    }

    private void Take(char symbol)
    {
        if (!Peek(symbol))
            throw new AbiException($"'{symbol}' is expected at character {_at + 1} of \"{Shown(_text)}\".");
        _at++;
    }

    private void Finish()
    {
        if (!IsAtEnd)
            throw Unexpected($"'{_text[_at]}'");
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private AbiException Unexpected(string what) =>
        new($"{what} is not expected before character {_at + 1} of \"{Shown(_text)}\".");

    private static bool IsWord(char symbol) => char.IsAsciiLetterOrDigit(symbol) || symbol is '_' or '$';

    private static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
