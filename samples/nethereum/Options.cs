using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Nethereum.KeyStore;
using Nethereum.Signer;

namespace NethereumSample;

/// <summary>What the program was asked.</summary>
internal sealed record Options(Uri Rpc, Uri Node, string MarketFile, string AbiFolder, BigInteger Proposal, byte Choice, string Reason,
    string Keystore)
{
    public const string PasswordVariable = "DATABRIGHT_PASSWORD";

    public const string Usage = """
        Votes on a proposal of a DataBright market by a signature that a node carries; the node pays the gas.

          --rpc URL         a node of the market's chain
          --node URL        a DataBright node with a relayer
          --market FILE     market.json, which names the market's contracts
          --abi FOLDER      the contracts' ABI files (src/DataBright.Market/Generated)
          --proposal N      what to vote on
          --choice yes|no   the vote
          --reason TEXT     why; everybody can read it (default: none)
          --keystore FILE   the voter's key (Web3 Secret Storage); its password is read from DATABRIGHT_PASSWORD
        """;

    private static readonly string[] Names = ["--rpc", "--node", "--market", "--abi", "--proposal", "--choice", "--reason", "--keystore"];

    /// <exception cref="OptionException">An option is missing, unknown or malformed.</exception>
    public static Options Parse(string[] words)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!Names.Contains(words[i])) throw new OptionException($"{words[i]} is no option.");
            if (i + 1 == words.Length) throw new OptionException($"{words[i]} needs a value.");
            if (!given.TryAdd(words[i], words[i + 1])) throw new OptionException($"{words[i]} is given twice.");
        }
        return new Options(
            Url("--rpc"), Url("--node"), Required("--market"), Required("--abi"),
            ulong.TryParse(Required("--proposal"), NumberStyles.None, CultureInfo.InvariantCulture, out var proposal)
                ? proposal : throw new OptionException("--proposal takes a number."),
            Required("--choice") switch { "yes" => 1, "no" => 0,
                var other => throw new OptionException($"--choice takes yes or no, not {other}.") },
            given.GetValueOrDefault("--reason", ""), Required("--keystore"));

        string Required(string name) => given.GetValueOrDefault(name) ?? throw new OptionException($"{name} is missing.");

        Uri Url(string name) => Uri.TryCreate(Required(name), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new OptionException($"{name} takes a URL.");
    }

    /// <exception cref="SampleException">The keystore or its password is missing, or they do not belong together.</exception>
    public EthECKey OpenKey()
    {
        var password = Environment.GetEnvironmentVariable(PasswordVariable)
            ?? throw new SampleException($"The keystore's password is expected in {PasswordVariable}.");
        byte[] secret = [];
        try
        {
            secret = new KeyStoreService().DecryptKeyStoreFromJson(password, File.ReadAllText(Keystore));
            return new EthECKey(secret, isPrivate: true);
        }
        // Of a file that is no keystore Nethereum says it with a plain Exception.
        catch (Exception fault)
        {
            throw new SampleException($"{Keystore} does not open: {fault.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}

/// <summary>The command line is wrong.</summary>
internal sealed class OptionException(string message) : Exception(message);

/// <summary>Something that was asked cannot be done; the message says why.</summary>
internal sealed class SampleException(string message) : Exception(message);
