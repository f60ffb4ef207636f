namespace DataBright.Cli.Datasets;

/// <summary>What points are read for.</summary>
internal enum PointUse
{
    /// <summary>To found a dataset, whose order of classes and scales of columns they may set.</summary>
    Found,

    /// <summary>To be offered to a dataset.</summary>
    Offer,

    /// <summary>To ask a model about: answers come in the order of the file.</summary>
    Ask,
}
