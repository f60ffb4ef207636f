using System.Text.Json.Nodes;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;
using DataBright.Market.Usage;
using DataBright.Services.Discussion;
using DataBright.Services.Uploads;

namespace DataBright.Ecosystem.Tests.TypedData;

/// <summary>A random statement: what this product signs for it, and the same message for Nethereum.</summary>
/// <param name="Digest">Ours.</param>
/// <param name="Message">Written from the standard's text.</param>
/// <param name="ForWallet">As the product gives it to wallets; null where only programs sign it.</param>
internal sealed record Sample(Hash32 Digest, JsonObject Message, JsonObject? ForWallet = null);

/// <summary>A kind of statement that somebody signs, by the text of its type.</summary>
internal sealed record Statement(string Type, Func<Chance, Sample> Draw)
{
    private static readonly MarketAddresses Deployed = Addresses();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Statement> All { get; } =
    [
        new("Ballot(uint256 proposalId,uint8 choice,address voter,string reason,uint256 deadline)", Ballot),
        new(
            "Evaluation(uint256 datasetId,uint256 proposalId,uint32 accuracyBefore,uint32 accuracyAfter,int32 lowerEnd,uint32 "
            + "points,uint32 copies,bytes32 measurementHash,bytes32 checkpointHash,uint64 jobId,uint256 deadline)", Evaluation),
        new("BestCheckpoint(uint256 datasetId,uint256 modelId,bytes32 checkpointHash,uint32 metric,uint256 deadline)", BestCheckpoint),
        new("Comment(uint256 proposalId,address author,bytes32 parent,bytes32 replaces,string text,uint256 at)", Comment),
        new("Hiding(uint256 proposalId,address voter,bytes32 comment,bool hidden,uint256 at)", Hiding),
        new("UploadRequest(string host,string method,string path,uint256 at,bytes32 nonce)", UploadRequest),
        new("Receipt(uint256 jobId,bytes32 resultHash,uint32 metric,bytes32 salt)", Receipt),
        new("Verdict(uint256 jobId,address worker,address reporter,bytes32 evidenceDigest)", Verdict),
        new("Ruling(uint256 jobId,bytes32 root,uint96 total,bytes32 evidenceDigest)", Ruling),
        new("Voucher(uint256 channelId,uint256 cumulative)", Voucher),
        new("Answers(bytes32 root)", Answers),
        new("WorkerMessage(string kind,bytes32 body)", WorkerMessage),
        new("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)", Permit),
    ];

    /// <summary>Types in the same form that are no statements of this product, and where each is judged.</summary>
    public static IReadOnlyDictionary<string, string> Others { get; } = new Dictionary<string, string>
    {
        ["EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"] =
            "the domain, which is in every message here",
        ["Delegation(address delegatee,uint256 nonce,uint256 expiry)"] = "holders of shares sign it in wallets only: OnChainTests",
        ["TraceCommitment(bytes32 order,bytes32 plan,string lease,string task,bytes32 root,address worker,bytes32 salt)"] =
            "hashed and never signed: StatementTests",
        ["ReceiptSalt(bytes32 order,bytes32 plan,bytes32 secret)"] = "the salt of a receipt: hashed and never signed",
    };

    public string Name => TypedData.Message.NameOf(Type);

    private static Sample Ballot(Chance chance)
    {
        var ballot = new Ballot(new(Id(chance)), chance.Coin() ? Choice.Yes : Choice.No, chance.Account(), chance.Text(), Time(chance));
        var statements = new Statements(Deployed);
        return new Sample(statements.Digest(ballot), Of("Ballot", "DataBright Proposals", Deployed.Proposals,
            $"{ballot.Proposal}", (int)ballot.Choice, $"{ballot.Voter}", ballot.Reason, Seconds(ballot.Deadline)),
            statements.ForWallet(ballot));
    }

    private static Sample Evaluation(Chance chance)
    {
        var (measurement, checkpoint, deadline) = (chance.Hash(), chance.Hash(), Time(chance));
        var evaluation = new EvaluationStatement(new(Id(chance)), new(Id(chance)), chance.Below(1_000_001), chance.Below(1_000_001),
            chance.Below(2_000_001) - 1_000_000, chance.Below(1 << 24), chance.Below(1 << 24), Digest(measurement), Digest(checkpoint),
            new(Id(chance)), deadline);
        return new Sample(new Statements(Deployed).Digest(evaluation), Of("Evaluation", "DataBright Proposals", Deployed.Proposals,
            $"{evaluation.Dataset}", $"{evaluation.Proposal}", evaluation.AccuracyBefore, evaluation.AccuracyAfter,
            evaluation.LowerEnd, evaluation.Points, evaluation.Copies, $"{measurement}", $"{checkpoint}", $"{evaluation.Job}",
            Seconds(deadline)));
    }

    private static Sample BestCheckpoint(Chance chance)
    {
        var (checkpoint, deadline) = (chance.Hash(), Time(chance));
        var best = new BestStatement(new(Id(chance)), new(Id(chance)), Digest(checkpoint), (uint)chance.Below(1_000_001), deadline);
        return new Sample(best.MessageFor(Deployed).Digest, Of("BestCheckpoint", "DataBright Models", Deployed.Models,
            $"{best.Dataset}", $"{best.Model}", $"{checkpoint}", (int)best.MetricPpm, Seconds(deadline)));
    }

    private static Sample Comment(Chance chance)
    {
        var comment = new Comment(new(Id(chance)), chance.Account(), chance.Coin() ? chance.Hash() : null,
            chance.Coin() ? chance.Hash() : null, chance.Text(), Time(chance));
        var statements = new DiscussionStatements(Deployed);
        return new Sample(statements.Digest(comment), Of("Comment", "DataBright Discussion", Deployed.Proposals,
            $"{comment.Proposal}", $"{comment.Author}", $"{comment.Parent ?? Hash32.Zero}", $"{comment.Replaces ?? Hash32.Zero}",
            comment.Text, Seconds(comment.At)), statements.ForWallet(comment));
    }

    private static Sample Hiding(Chance chance)
    {
        var hiding = new Hiding(new(Id(chance)), chance.Account(), chance.Hash(), chance.Coin(), Time(chance));
        var statements = new DiscussionStatements(Deployed);
        return new Sample(statements.Digest(hiding), Of("Hiding", "DataBright Discussion", Deployed.Proposals,
            $"{hiding.Proposal}", $"{hiding.Voter}", $"{hiding.Comment}", hiding.Hidden, Seconds(hiding.At)), statements.ForWallet(hiding));
    }

    private static Sample UploadRequest(Chance chance)
    {
        var (host, path, at, nonce) = ($"node{chance.Below(9)}.example:{chance.Below(65_536)}", "/api/v1/uploads/" + chance.Text(),
            Time(chance), chance.Hash());
        return new Sample(new UploadStatements(Deployed).Digest(host, "PATCH", path, at, nonce),
            Of("UploadRequest", "DataBright Upload", Deployed.Proposals, host, "PATCH", path, Seconds(at), $"{nonce}"));
    }

    private static Sample Receipt(Chance chance)
    {
        var (job, result, metric, salt) = (new JobId(Id(chance)), chance.Hash(), chance.Below(1_000_001), chance.Hash());
        var digest = new JobStatements(Deployed).ReceiptDigest(job, Digest(result), (uint)metric, salt);
        digest.ShouldBe(JobHashes.Receipt(new JobDomain(Deployed.ChainId, Deployed.Jobs), job, result, (uint)metric, salt));
        return new Sample(digest, Of("Receipt", "DataBright Jobs", Deployed.Jobs, $"{job}", $"{result}", metric, $"{salt}"));
    }

    private static Sample Verdict(Chance chance)
    {
        var (job, worker, reporter, evidence) = (new JobId(Id(chance)), chance.Account(), chance.Account(), chance.Hash());
        var digest = new JobStatements(Deployed).VerdictDigest(new Market.Jobs.Verdict(job, worker, reporter, Digest(evidence)));
        digest.ShouldBe(JobHashes.Verdict(new JobDomain(Deployed.ChainId, Deployed.Jobs), job, worker, reporter, evidence));
        return new Sample(digest, Of("Verdict", "DataBright Jobs", Deployed.Jobs, $"{job}", $"{worker}", $"{reporter}", $"{evidence}"));
    }

    private static Sample Ruling(Chance chance)
    {
        var (job, root, total, evidence) = (new JobId(Id(chance)), chance.Hash(), (UInt128)chance.Number(96), chance.Hash());
        // Rulings are signed by a ledger's usage, which needs a chain only for what it sends.
        using var http = new HttpClient(new SocketsHttpHandler());
        var ledger = new Market.Ledger(new EthereumClient(new JsonRpcClient(http, new Uri("http://127.0.0.1:1"))), Deployed);
        return new Sample(ledger.Usage.Digest(new UsageRuling(job, root, new Money(total), Digest(evidence))),
            Of("Ruling", "DataBright Usage", Deployed.Usage, $"{job}", $"{root}", $"{total}", $"{evidence}"));
    }

    private static Sample Voucher(Chance chance)
    {
        var (channel, sum) = (new ChannelId(Id(chance)), (UInt128)chance.Number(96));
        return new Sample(new VoucherStatements(Deployed).Digest(new Voucher(channel, new Money(sum))),
            Of("Voucher", "DataBright Predictions", Deployed.Predictions, $"{channel}", $"{sum}"));
    }

    private static Sample Answers(Chance chance)
    {
        var root = chance.Hash();
        return new Sample(new AnswerStatements(Deployed).Digest(root),
            Of("Answers", "DataBright Predictions", Deployed.Predictions, $"{root}"));
    }

    // The digest is private; the signature is not, and RFC 6979 leaves one for each digest.
    private static Sample WorkerMessage(Chance chance)
    {
        var (kind, body) = (Enum.GetValues<MessageKind>()[chance.Below(7)], chance.Bytes(chance.Below(200)));
        var message = Of("WorkerMessage", "DataBright Jobs", Deployed.Jobs, $"{kind}", $"{Keccak.Hash(body)}");
        using var key = EthereumKey.FromBytes(chance.Secret());
        var digest = TypedData.Message.DigestByNethereum(message);
        SignedMessage.Sign(kind, body, new JobDomain(Deployed.ChainId, Deployed.Jobs), key).Signature.ShouldBe(key.Sign(digest), $"{kind}");
        return new Sample(digest, message);
    }

    private static Sample Permit(Chance chance)
    {
        var permit = new Permit(chance.Account(), chance.Account(), (Uint256)chance.Number(256), (Uint256)chance.Number(256),
            (Uint256)chance.Number(256));
        return new Sample(permit.Digest(TypedDomain.Of("Bars", "1", Deployed.ChainId, Deployed.Money)), Of("Permit", "Bars", Deployed.Money,
            $"{permit.Owner}", $"{permit.Spender}", $"{permit.Value}", $"{permit.Nonce}", $"{permit.Deadline}"));
    }

    /// <summary>What a worker's commitment is hashed from, as if it were signed.</summary>
    public static Sample TraceCommitment(Chance chance)
    {
        var (order, plan, lease, root, worker, salt) = (chance.Hash(), chance.Hash(),
            new LeaseId(new JobId(Id(chance)), chance.Below(1_000)), chance.Hash(), chance.Account(), chance.Hash());
        var task = new TaskKey(chance.Below(9), chance.Below(9), chance.Below(9));
        var type = Others.Keys.Single(text => TypedData.Message.NameOf(text) == "TraceCommitment");
        return new Sample(Commitments.ToTrace(new JobDomain(Deployed.ChainId, Deployed.Jobs), order, Digest(plan), lease, task,
            Digest(root), worker, salt),
            TypedData.Message.Of(type, "DataBright Jobs", Deployed.ChainId, $"{Deployed.Jobs}", $"{order}", $"{plan}", $"{lease}",
                $"{task}", $"{root}", $"{worker}", $"{salt}"));
    }

    private static JsonObject Of(string name, string domain, Address contract, params JsonNode[] values) =>
        TypedData.Message.Of(All.Single(statement => statement.Name == name).Type, domain, Deployed.ChainId, contract.ToString(), values);

    private static MarketAddresses Addresses()
    {
        var chance = new Chance(81);
        return MarketWords.AddressesAt(31_337, 1, (_, _) => chance.Account());
    }

    private static Digest Digest(Hash32 hash) => DataBright.Digest.Parse(hash.ToString()[2..]);

    private static ulong Id(Chance chance) => (ulong)chance.Number(64);

    private static DateTimeOffset Time(Chance chance) => DateTimeOffset.FromUnixTimeSeconds((long)chance.Number(37));

    private static JsonNode Seconds(DateTimeOffset time) => $"{time.ToUnixTimeSeconds()}";
}
