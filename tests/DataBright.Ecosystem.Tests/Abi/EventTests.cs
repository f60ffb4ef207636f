using DataBright.Ethereum;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.Model;
using Nethereum.Contracts;

namespace DataBright.Ecosystem.Tests.Abi;

/// <summary>Every event of every contract: encoded by Nethereum, read alike by both.</summary>
public sealed class EventTests
{
    private const int Times = 20;

    public static TheoryData<string> Contracts =>
        [.. Binding.All.Where(binding => binding.Abi.Events.Length > 0).Select(binding => binding.Name)];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Every_event_is_read_alike(string contract)
    {
        var binding = Binding.All.Single(one => one.Name == contract);
        var chance = new Chance(31);
        binding.Events.Count.ShouldBe(binding.Abi.Events.Length);
        foreach (var logged in binding.Abi.Events)
        {
            var record = binding.Events[logged.Sha3Signature].ShouldHaveSingleItem(logged.Name);
            for (var i = 0; i < Times; i++)
            {
                var (log, values) = Draw(chance, logged, record);
                record.GetMethod("Matches")!.Invoke(null, [log]).ShouldBe(true, logged.Name);
                var ours = record.GetMethod("Decode")!.Invoke(null, [log])!;
                var shown = Form.OfParts(ours);
                shown.ShouldBe($"[{string.Join(", ", values.Select(value => Form.Of(value.Ours)))}]", $"{contract}.{logged.Name}");
                var theirs = new EventTopicDecoder().DecodeDefaultTopics(logged, [.. log.Topics.Select(topic => topic.ToString())],
                    Hex.Encode(log.Data.Span));
                // Nethereum gives the indexed ones first.
                shown.ShouldBe(Form.Of(theirs.OrderBy(output => output.Parameter.Order)), $"{contract}.{logged.Name}");
            }
        }
    }

    private static (Log Log, Pair[] Values) Draw(Chance chance, EventABI logged, Type record)
    {
        var parts = record.GetConstructors().Single(one => one.GetParameters().Length == logged.InputParameters.Length).GetParameters();
        var values = logged.InputParameters.Zip(parts, (input, part) => Pair.Draw(chance, input.ABIType, part.ParameterType)).ToArray();
        var indexed = logged.InputParameters.Zip(values).Where(pair => pair.First.Indexed).ToArray();
        var data = logged.InputParameters.Zip(values).Where(pair => !pair.First.Indexed).ToArray();
        string[] topics = [logged.Sha3Signature,
            .. indexed.Select(pair => new EventTopicBuilder(logged).GetValueTopic([pair.Second.Theirs], pair.First.Order)[0].ToString()!)];
        var encoded = new ParametersEncoder().EncodeParameters([.. data.Select(pair => pair.First)],
            [.. data.Select(pair => pair.Second.Theirs)]);
        return (new Log(chance.Account(),
            [.. topics.Select(topic => Hash32.Parse(topic.StartsWith("0x", StringComparison.Ordinal) ? topic : "0x" + topic))], encoded, 1,
            chance.Hash(), chance.Hash(), 0, 0, null), values);
    }
}
