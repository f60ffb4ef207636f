using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataBright.Market;
using DataBright.Market.Proposals;
using Microsoft.Playwright;

namespace DataBright.Browser.Tests;

/// <summary>Shareholders put another best model in the place of one, from the first click to the last.</summary>
public sealed partial class BestModelTests(Chromium chromium, BrowserTestMarket town)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_best_model_is_proposed_voted_on_and_carried_out_from_the_pages()
    {
        var former = await town.RegisterAsync(town.Ranked, 900_000, Stop);
        var better = await town.RegisterAsync(town.Ranked, 930_000, Stop);
        var first = await NameAsync(former, 900_000);
        var wallet = new Wallet(town, town.Cleo.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/datasets/{town.Ranked}");
        // What a vote says is to be beaten is no measurement of the model that it names.
        await Assertions.Expect(Figure(visit)).ToHaveTextAsync($"Best accuracy–model {former}, by a vote; nobody measured it");
        await Assertions.Expect(Standing(visit)).ToHaveTextAsync(
            $"Proposals are measured from model {former}, Softmax regression, by the vote on proposal {first}. "
            + "Nobody measured it; the next has to beat 90.00 %.");

        await visit.Page.GetByText("Propose another, or none").ClickAsync();
        var form = visit.Page.Locator("form[data-act=propose-replacement]");
        await form.GetByLabel("Which shall be the best").SelectOptionAsync($"{better}");
        await form.GetByLabel("Why").FillAsync("The best one has seen the held-out set");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(form.Locator(".act-word")).ToHaveTextAsync(
            $"Nobody measured model {better}: say what accuracy the next has to beat.");
        wallet.Sent.ShouldBeEmpty();
        await form.GetByLabel("What the next has to beat").FillAsync("92.5");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync(
            $"It is proposed to make model {better} the best of dataset {town.Ranked}. "
            + "Your bond of $10.00 comes back unless shareholders reject it.");
        wallet.Sent.Select(call => call.To).ShouldBe([town.Ledger.Addresses.Money, town.Ledger.Addresses.Proposals]);

        await visit.Page.Locator(".note-line").GetByRole(AriaRole.Link).ClickAsync();
        var proposal = ProposalId.Parse(Number().Match(visit.Page.Url).Value);
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync($"Make model {better} the dataset’s best");
        await Assertions.Expect(visit.Page.Locator("p.lead")).ToHaveTextAsync("“The best one has seen the held-out set”");
        await Assertions.Expect(Change(visit).Locator("dd")).ToHaveTextAsync(
        [
            $"Model {former}, Softmax regression90.00 %, its owner’s word",
            $"Model {better}, Softmax regression93.00 %, its owner’s word",
            "92.50 %",
        ]);
        await Assertions.Expect(visit.Page.Locator("#content")).Not.ToContainTextAsync(OfShards());

        await town.AgreeAsync(proposal, [town.Anna, town.Dora], Stop);
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Vote", Exact = true }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync($"You voted yes on proposal {proposal}.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Finalise" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync($"Proposal {proposal} is final.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Carry it out" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync($"Proposal {proposal} is carried out.");
        await Assertions.Expect(Change(visit)).ToContainTextAsync(
            $"It was accepted and carried out: model {better} is the dataset’s best.");
        (await town.Ledger.Models.BestOfAsync(town.Ranked, Stop)).ShouldBe((better, 925_000u));
        await town.Ledger.Proposals.WithdrawBondAsync(proposal, town.House, Stop);

        await visit.GoAsync($"/datasets/{town.Ranked}");
        await Assertions.Expect(Figure(visit)).ToHaveTextAsync($"Best accuracy–model {better}, by a vote; nobody measured it");
        await Assertions.Expect(Standing(visit)).ToContainTextAsync(
            $"from model {better}, Softmax regression, by the vote on proposal {proposal}.");
        await visit.GoAsync($"/proposals/{first}");
        await Assertions.Expect(Change(visit)).ToContainTextAsync(
            "It was accepted, and a later vote has been carried out: what that one says counts.");
        visit.Trouble.ShouldBeEmpty();
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = town.Node.Address };
        var asked = await http.GetFromJsonAsync<JsonElement>($"/api/v1/proposals/{proposal}", Stop);
        asked.GetProperty("shardRoot").ValueKind.ShouldBe(JsonValueKind.Null);
        var told = await http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{town.Ranked}", Stop);
        told.GetProperty("bestToBeat").GetDecimal().ShouldBe(0.925m);
        told.GetProperty("summary").GetProperty("bestAccuracy").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_dataset_is_left_without_a_best_model_and_nothing_is_shown_of_the_one_that_was()
    {
        var former = await town.RegisterAsync(town.Ranked, 900_000, Stop);
        await town.RegisterAsync(town.Ranked, 910_000, Stop); // another that could be named, whichever test comes first
        await NameAsync(former, 900_000);
        await using var visit = await Visit.OpenAsync(chromium, town, options: new() { JavaScriptEnabled = false });
        await visit.GoAsync($"/datasets/{town.Ranked}");
        await visit.Page.Locator("section[aria-labelledby=best]").GetByRole(AriaRole.Link, new() { Name = "unlock" }).ClickAsync();
        await visit.Page.GetByLabel("Account", new() { Exact = true }).SelectOptionAsync("dora");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
        await visit.Page.GetByText("Propose another, or none").ClickAsync();
        await visit.Page.GetByLabel("Which shall be the best").SelectOptionAsync("none");
        await visit.Page.GetByLabel("Why").FillAsync("It knew the answers");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Put up $10.00 and propose" }).ClickAsync();
        await Assertions.Expect(visit.Word).ToContainTextAsync($"It is proposed to make no model the best of dataset {town.Ranked}.");

        var proposal = new ProposalId(await town.Ledger.Proposals.CountAsync(Stop));
        await town.Chain.MineAsync(1, Stop);
        await town.AgreeAsync(proposal, [town.Anna, town.Cleo, town.Dora], Stop);
        await visit.GoAsync($"/proposals/{proposal}");
        await Assertions.Expect(Change(visit)).ToContainTextAsync("none, until a better one comes");
        await Assertions.Expect(Change(visit)).ToContainTextAsync($"The parameters of model {former} cannot come back");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Finalise" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Carry it out" }).ClickAsync();
        await Assertions.Expect(Change(visit)).ToContainTextAsync("It was accepted and carried out: the dataset has no best model.");
        await town.Ledger.Proposals.WithdrawBondAsync(proposal, town.House, Stop);

        await visit.GoAsync($"/datasets/{town.Ranked}");
        await Assertions.Expect(Figure(visit)).ToHaveTextAsync("Best accuracy–none, by a vote");
        await Assertions.Expect(Standing(visit)).ToHaveTextAsync(
            $"By the vote on proposal {proposal} there is none: proposals are measured from fresh parameters.");
        await visit.GoAsync($"/models/{former}");
        await Assertions.Expect(visit.Page.Locator(".eyebrow")).Not.ToContainTextAsync("Best of its dataset");
        visit.Trouble.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_lacks_the_bond_is_told_before_the_wallet_is_asked()
    {
        await town.RegisterAsync(town.Ranked, 900_000, Stop);
        await town.ReadAsync(Stop);
        var wallet = new Wallet(town, town.Eve.Key);
        await using var visit = await Visit.OpenAsync(chromium, town, wallet);
        await visit.GoAsync($"/datasets/{town.Ranked}");
        await visit.Page.Locator("section[aria-labelledby=best] summary").ClickAsync();
        var form = visit.Page.Locator("form[data-act=propose-replacement]");
        await form.GetByLabel("Which shall be the best").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await form.GetByLabel("What the next has to beat").FillAsync("90");
        await form.GetByLabel("Why").FillAsync("I like it");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(form.Locator(".act-word")).ToHaveTextAsync(
            $"{town.Eve.Address} has $0.00; $10.00 are needed. Bring what is missing to the account first.");
        wallet.Sent.ShouldBeEmpty();
    }

    private static ILocator Figure(Visit visit) => visit.Page.Locator(".figure").Filter(new() { HasText = "Best accuracy" });

    private static ILocator Standing(Visit visit) => visit.Page.Locator("section[aria-labelledby=best] > p.prose");

    private static ILocator Change(Visit visit) => visit.Page.Locator("section[aria-labelledby=change]");

    /// <summary>Makes a model the best by a vote, without any page.</summary>
    private async Task<ProposalId> NameAsync(ModelId model, uint metric)
    {
        var best = await town.Ledger.Models.BestOfAsync(town.Ranked, Stop);
        var asked = new Replacement(best?.Model, model, metric);
        var vote = await town.Ledger.Proposals.ProposeReplacementAsync(town.Ranked, asked, "To begin with", town.Ben, Stop);
        await town.Chain.MineAsync(1, Stop);
        await town.AgreeAsync(vote, [town.Anna, town.Cleo, town.Dora], Stop);
        await town.Ledger.Proposals.FinaliseAsync(vote, town.House, Stop);
        await town.Ledger.Models.ReplaceBestAsync(vote, town.House, Stop);
        await town.Ledger.Proposals.WithdrawBondAsync(vote, town.House, Stop); // other tests reckon what these are owed
        await town.ReadAsync(Stop);
        return vote;
    }

    [GeneratedRegex("Shard|cop(y|ies)|What it does to accuracy|evaluat|not measured", RegexOptions.IgnoreCase)]
    private static partial Regex OfShards();

    [GeneratedRegex("[0-9]+$")]
    private static partial Regex Number();
}
