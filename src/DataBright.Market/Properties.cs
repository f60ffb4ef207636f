using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DataBright.Market.Tests")]
