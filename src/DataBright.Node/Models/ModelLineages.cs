using DataBright.Market.Models;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Models;

/// <summary>Draws where models come from, and what came of them.</summary>
internal sealed class ModelLineages(LedgerIndex index)
{
    private const int MaxNodes = 24, MaxChildren = 6;

    /// <summary>The model's ancestors and its children, as many as can be drawn.</summary>
    public Lineage Of(IndexedModel model)
    {
        var graph = new LineageDrawing();
        bool complete = true;
        var waiting = new Queue<IndexedModel>([model]);
        while (waiting.TryDequeue(out var next))
        {
            int drawn = DrawWithOrigin(graph, next);
            foreach (var parent in index.Models.ParentsOf(next.Id).Select(index.Models.Find).OfType<IndexedModel>())
            {
                bool isNew = !graph.Has(LineageKind.Model, parent.Id.Value);
                if (isNew && graph.Count >= MaxNodes)
                {
                    complete = false;
                    continue;
                }
                graph.Join(graph.Add(LineageKind.Model, parent.Id.Value, $"Model {parent.Id}", NoteOf(parent)), drawn);
                if (isNew) waiting.Enqueue(parent);
            }
        }
        var children = index.Models.ChildrenOf(model.Id, MaxChildren + 1);
        foreach (var child in children.Take(MaxChildren).Select(index.Models.Find).OfType<IndexedModel>())
            graph.Join(graph.Add(LineageKind.Model, model.Id.Value, "", null),
                graph.Add(LineageKind.Model, child.Id.Value, $"Model {child.Id}", NoteOf(child)));
        return graph.Drawn(complete && children.Count <= MaxChildren);
    }

    /// <summary>Its accuracy, and what it asks of the models below it.</summary>
    private static string NoteOf(IndexedModel model)
    {
        var figure = new Fraction(model.MetricPpm).ToPercent();
        var accuracy = model.Job is null ? $"claims {figure}" : figure;
        return model.RoyaltyBps == 0 ? accuracy : $"{accuracy}, asks {Fraction.OfBasisPoints(model.RoyaltyBps).ToPercent(0)}";
    }

    /// <summary>Draws a model with its job and dataset.</summary>
    /// <returns>What its parents lead to: the job, or the model itself where none stands behind it.</returns>
    private int DrawWithOrigin(LineageDrawing graph, IndexedModel model)
    {
        int itself = graph.Add(LineageKind.Model, model.Id.Value, $"Model {model.Id}", NoteOf(model));
        var dataset = index.Datasets.Find(model.Dataset);
        int origin = graph.Add(LineageKind.Dataset, model.Dataset.Value, dataset?.Name ?? $"Dataset {model.Dataset}", dataset is null
            ? null : Wording.Count(dataset.Points, "point"));
        if (model.Job is not { } job)
        {
            graph.Join(origin, itself);
            return itself;
        }
        int convictions = index.Jobs.Find(job)?.Convictions ?? 0;
        int work = graph.Add(LineageKind.Job, job.Value, $"Training job {job}", convictions == 0 ? null
            : Wording.Count(convictions, "conviction"));
        graph.Join(origin, work);
        graph.Join(work, itself);
        return work;
    }
}
