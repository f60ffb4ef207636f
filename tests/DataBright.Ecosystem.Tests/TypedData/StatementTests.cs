using System.Text.RegularExpressions;
using DataBright.Ethereum;
using Nethereum.Signer;
using Nethereum.Signer.EIP712;

namespace DataBright.Ecosystem.Tests.TypedData;

/// <summary>Everything that anybody signs here, hashed and signed by Nethereum too.</summary>
public sealed partial class StatementTests
{
    private const int Times = 50;

    public static TheoryData<string> Names => [.. Statement.All.Select(statement => statement.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nethereum_comes_to_the_same_digest_of_every_statement(string name)
    {
        var statement = Statement.All.Single(one => one.Name == name);
        var chance = new Chance(82);
        for (var i = 0; i < Times; i++)
        {
            var sample = statement.Draw(chance);
            Message.DigestByNethereum(sample.Message).ShouldBe(sample.Digest, sample.Message.ToJsonString());
            if (sample.ForWallet is { } wallet) Message.DigestByNethereum(wallet).ShouldBe(sample.Digest, wallet.ToJsonString());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Signatures_of_every_statement_pass_both_ways(string name)
    {
        var statement = Statement.All.Single(one => one.Name == name);
        var chance = new Chance(83);
        for (var i = 0; i < 10; i++)
        {
            var (sample, secret) = (statement.Draw(chance), chance.Secret(i % 3));
            var json = (sample.ForWallet ?? sample.Message).ToJsonString();
            using var key = EthereumKey.FromBytes(secret);
            var theirs = Eip712TypedDataSigner.Current.SignTypedDataV4(json, new EthECKey(secret, true));
            Signature.Recover(sample.Digest, Signature.Parse(theirs)).ShouldBe(key.Address, json);
            Eip712TypedDataSigner.Current.RecoverFromSignatureHashV4(sample.Digest.ToArray(), key.Sign(sample.Digest).ToString())
                .ShouldBe(key.Address.ToString(), json);
        }
    }

    [Fact]
    public void Nethereum_comes_to_the_same_commitment_to_a_trace()
    {
        var chance = new Chance(84);
        for (var i = 0; i < Times; i++)
        {
            var sample = Statement.TraceCommitment(chance);
            Message.DigestByNethereum(sample.Message).ShouldBe(sample.Digest);
        }
    }

    [Fact]
    public void There_are_thirteen_statements_and_each_is_judged_here()
    {
        Statement.All.Count.ShouldBe(13);
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "contracts", "src"), "*.sol", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "Generated"));
        var found = sources.Select(file => Joined().Replace(File.ReadAllText(file), ""))
            .SelectMany(text => StructType().Matches(text).Select(match => match.Groups[1].Value)).ToHashSet();
        found.ShouldBe(Statement.All.Select(statement => statement.Type).Concat(Statement.Others.Keys), ignoreOrder: true,
            customMessage: "A new statement needs a line in Statement.All and a sample, so that others' libraries judge it too.");
    }

    /// <summary>A text that defines a struct: a capital name, then types and names in brackets.</summary>
    [GeneratedRegex("\"([A-Z]\\w*\\((?:[A-Za-z]\\w*(?:\\[\\d*\\])* \\w+(?:,|\\)(?=\")))+)\"")]
    private static partial Regex StructType();

    /// <summary>Between two literals of Solidity that are one.</summary>
    [GeneratedRegex("\"\\s+\"")]
    private static partial Regex Joined();
}
