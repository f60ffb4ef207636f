using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Actions;
using DataBright.Node.Models;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Proposals;

/// <summary>Asks the shareholders to name another best model of a dataset, or none.</summary>
internal sealed class ReplacementAction(ActionContext context, IProposalReader proposals, IModelReader models)
{
    /// <summary>In the place of a model's number: there is none, or shall be none.</summary>
    public const string None = "none";

    public static MarketAction Propose { get; } = MarketAction.By<ReplacementAction>(
        "propose-replacement", "Ask the shareholders to name another best model of a dataset, or 'none', and put up the dataset's bond",
        ["dataset", "replaced", "model", "accuracy", "reason"], (action, form, stop) => action.PrepareAsync(form, stop));

    private async Task<PreparedAction> PrepareAsync(ActionForm form, CancellationToken stop)
    {
        var (id, reason) = (form.Id<DatasetId>("dataset"), form.Words("reason"));
        var best = await proposals.BestAsync(id, stop) ?? throw Wrong("dataset", $"There is no dataset {id}.");
        RequireSeen(form, best);
        var asked = form.Require("model") == None ? LeaveNone(form, best) : await NameAsync(form, best, stop);
        if (reason.Length == 0) throw Wrong("reason", "Say why: shareholders decide by it.");
        var what = asked.Model is { } model ? $"model {model} the best of dataset {id}" : $"no model the best of dataset {id}";
        var bond = best.Bond;
        return await context.PrepareAsync(
            $"It is proposed to make {what}. Your bond of {Wording.Dollars(bond)} comes back unless shareholders reject it.",
            $"Propose to make {what}, with a bond of {Wording.Dollars(bond)}",
            context.Ledger.Proposals.Acts.ProposeReplacement(id, asked, reason, bond), form.By, stop);
    }

    /// <summary>A proposal names what it replaces: whoever proposes it has to have seen that.</summary>
    private static void RequireSeen(ActionForm form, BestStanding standing)
    {
        if (form.Find("replaced") is not { } seen || seen == (standing.Model?.ToString() ?? None)) return;
        var now = standing.Model is { } best ? $"it is model {best} now" : "there is none now";
        throw Wrong("replaced", $"The best model of dataset {standing.Dataset} has changed: {now}. Load the page again.");
    }

    private static Replacement LeaveNone(ActionForm form, BestStanding standing)
    {
        if (standing.Model is not { } best) throw Wrong("model", $"Dataset {standing.Dataset} has no best model as it is.");
        if (form.Find("accuracy") is not null) throw Wrong("accuracy", "What the next has to beat is a model's: leave it out or name one.");
        return new Replacement(best, null, 0);
    }

    private async Task<Replacement> NameAsync(ActionForm form, BestStanding standing, CancellationToken stop)
    {
        var (id, at) = (form.Id<ModelId>("model"), standing.Dataset);
        var model = await models.FindAsync(id, stop) ?? throw Wrong("model", $"There is no model {id}.");
        if (model.Summary.Dataset != at) throw Wrong("model", $"Model {id} was trained on dataset {model.Summary.Dataset}, not on {at}.");
        if (model.PrivateWeights) throw Wrong("model", $"The parameters of model {id} are private: measurements cannot begin with them.");
        var metric = form.Find("accuracy") is not null ? form.Percent("accuracy")
            : model.Summary.Accuracy ?? throw Wrong("accuracy", $"Nobody measured model {id}: say what accuracy the next has to beat.");
        if (standing.Model == id && standing.ToBeat == metric)
            throw Wrong("model", $"Model {id} is the best of dataset {at} as it is, and the next has to beat {metric}.");
        return new Replacement(standing.Model, id, (uint)metric.PartsPerMillion);
    }

    private static InvalidRequestException Wrong(string field, string why) => new(field, why);
}
