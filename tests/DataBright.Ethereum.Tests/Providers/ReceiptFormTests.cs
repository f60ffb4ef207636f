using System.Text.Json.Nodes;
using DataBright.Ethereum.Chain;
using DataBright.Ethereum.Generated;

namespace DataBright.Ethereum.Providers;

/// <summary>Receipts as nodes write them. A transaction that is on the chain is never reported as if nothing had been sent.</summary>
[Collection(nameof(ChainCollection))]
public sealed class ReceiptFormTests(ChainFixture fixture)
{
    public static TheoryData<string, Action<JsonObject>> Odd => new()
    {
        { "no effective price", r => r.Remove("effectiveGasPrice") },
        { "an effective price of nothing", r => r["effectiveGasPrice"] = null },
        { "the price under its old name", r => { r["gasPrice"] = r["effectiveGasPrice"]!.DeepClone(); r.Remove("effectiveGasPrice"); } },
        { "a type that is a number, and one nobody knows", r => { r["type"] = 113; r["l1Fee"] = new JsonObject { ["odd"] = true }; } },
        { "no bloom", r => r.Remove("logsBloom") },
        { "a status that is a number", r => r["status"] = 1 },
        { "a status that is a truth", r => r["status"] = true },
        { "a status with zeros before it", r => r["status"] = "0x0001" },
        { "a root instead of a status", r => { r.Remove("status"); r["root"] = "0x" + new string('0', 64); } },
        { "only the gas of all before it", r => r.Remove("gasUsed") },
        { "no place in the block",
            r => { r.Remove("transactionIndex"); r["logs"]![0]!["transactionIndex"] = null; r["logs"]![0]!["logIndex"] = null; } },
        { "no recipient, no sender", r => { r.Remove("to"); r.Remove("from"); } },
        { "no hash of its own",
            r => { r.Remove("transactionHash"); r["logs"]![0]!["transactionHash"] = null; r["logs"]![0]!["blockHash"] = null; } },
        { "a log that is none beside the others", r => r["logs"]!.AsArray().Add(new JsonObject { ["address"] = "0x12" }) },
    };

    public static TheoryData<string, Func<JsonNode?, JsonNode?>> Useless => new()
    {
        { "a text", _ => "0x01" },
        { "a list", _ => new JsonArray() },
        { "a number", _ => 7 },
        { "a block of no number", r => { r!["blockNumber"] = "many"; return r; } },
        { "another transaction's", r => { r!["transactionHash"] = "0x" + new string('7', 64); return r; } },
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task An_odd_receipt_is_read_for_what_it_has(string form, Action<JsonObject> change)
    {
        var (sender, probe) = await ReadyAsync(Habit.OfResult("eth_getTransactionReceipt", result =>
        {
            if (result is JsonObject receipt)
                change(receipt);
            return result;
        }));

        var receipt = await sender.SendAsync(Probe.Add(probe, 3u));

        receipt.Succeeded.ShouldBeTrue(form);
        receipt.Logs.ShouldHaveSingleItem(form);
        (await fixture.Client.CallAsync(Probe.Count(probe))).ShouldBe(3u);
    }

    [Theory]
    [MemberData(nameof(Useless))]
    public async Task A_receipt_that_cannot_be_read_names_the_transaction_that_was_sent(string form, Func<JsonNode?, JsonNode?> change)
    {
        var (sender, probe) = await ReadyAsync(Habit.OfResult("eth_getTransactionReceipt",
            result => result is null ? null : change(result)));

        var sent = await Should.ThrowAsync<TransactionSentException>(() => sender.SendAsync(Probe.Add(probe, 3u)));

        sent.Message.ShouldContain(sent.Transaction.ToString(), customMessage: form);
        sent.Message.ShouldContain("look at it before doing the same again");
        (await fixture.Client.ReceiptAsync(sent.Transaction))!.Succeeded.ShouldBeTrue();
        (await fixture.Client.CallAsync(Probe.Count(probe))).ShouldBe(3u, "it was done once");
    }

    [Fact]
    public async Task A_receipt_that_says_neither_yes_nor_no_is_no_success()
    {
        var (sender, probe) = await ReadyAsync(Habit.OfResult("eth_getTransactionReceipt", result =>
        {
            if (result is JsonObject receipt)
                (receipt["logs"], receipt["status"]) = (new JsonArray(), null);
            return result;
        }));

        (await Should.ThrowAsync<TransactionSentException>(() => sender.SendAsync(Probe.Add(probe, 3u)))).Message
            .ShouldContain("is on the chain, in block");
    }

    [Fact]
    public async Task What_was_mined_and_used_all_its_gas_without_a_status_has_reverted()
    {
        var (sender, probe) = await ReadyAsync(Habit.OfResult("eth_getTransactionReceipt", result =>
        {
            (result as JsonObject)?.Remove("status");
            return result;
        }));

        (await Should.ThrowAsync<RevertException>(() => sender.SendAsync(Probe.Burn(probe) with { GasLimit = 100_000 }))).Receipt
            .ShouldNotBeNull();
    }

    [Theory]
    [InlineData("\"0xnothash\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task An_odd_answer_to_sending_is_no_reason_to_send_again(string answer)
    {
        var habit = Habit.Of("eth_sendRawTransaction",
            (reply, _) => reply["error"] is null ? Habit.With(reply, JsonNode.Parse(answer)) : reply);
        var (sender, probe) = await ReadyAsync(habit);

        await sender.SendAsync(Probe.Add(probe, 3u));

        (await fixture.Client.CallAsync(Probe.Count(probe))).ShouldBe(3u);
        habit.Asked("eth_sendRawTransaction").ShouldBe(1);
    }

    private async Task<(TransactionSender, Address)> ReadyAsync(Habit habit)
    {
        var probe = await ChainFixture.DeployAsync(await fixture.SenderAsync());
        var key = EthereumKey.Generate();
        await fixture.Chain.FundAsync(key.Address, (Uint256)10_000_000_000_000_000_000UL);
        return (fixture.SenderOf(key, new HttpClient(habit)), probe);
    }
}
