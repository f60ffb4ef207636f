using System.Globalization;

namespace DataBright.Cli.Accounts.Mnemonics;

/// <summary>The way from a mnemonic's root to one key (BIP-32), such as <c>m/44'/60'/0'/0/0</c>.</summary>
internal sealed class DerivationPath
{
    private const uint Hardened = 0x8000_0000;
    private const int MaxSteps = 10;

    private readonly string _text;

    private DerivationPath(uint[] steps)
    {
        Steps = steps;
        _text = string.Concat(steps.Select(
            step => string.Create(CultureInfo.InvariantCulture, $"/{step & ~Hardened}{(step >= Hardened ? "'" : "")}")));
    }

    /// <summary>Where wallets keep the first account of Ethereum (BIP-44).</summary>
    public static DerivationPath Usual { get; } = Parse("m/44'/60'/0'/0/0");

    /// <summary>The numbers of the children; hardened ones have their highest bit set.</summary>
    public IReadOnlyList<uint> Steps { get; }

    /// <exception cref="FormatException">The text is no path of up to ten steps.</exception>
    public static DerivationPath Parse(string text)
    {
        var parts = text.Split('/');
        if (parts[0] != "m" || parts.Length > MaxSteps + 1)
            throw Wrong(text);
        return new DerivationPath([.. parts.Skip(1).Select(part => Step(part) ?? throw Wrong(text))]);
    }

    public override string ToString() => $"m{_text}";

    private static uint? Step(string part)
    {
        var isHardened = part.EndsWith('\'') || part.EndsWith('h') || part.EndsWith('H');
        return uint.TryParse(isHardened ? part[..^1] : part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number < Hardened
            ? isHardened ? number | Hardened : number
            : null;
    }

    private static FormatException Wrong(string text) =>
        new(
            $"'{text}' is no derivation path such as {"m/44'/60'/0'/0/0"}: m, then up to {MaxSteps} numbers below 2147483648, each after a "
            + "slash and hardened by a ' behind it");
}
